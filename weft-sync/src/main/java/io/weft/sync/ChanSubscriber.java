package io.weft.sync;

import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The values of a publisher as a channel; see {@link Flows#from}. Or make one, and give it to
 * whoever wants a {@link Flow.Subscriber}.
 *
 * <p>It asks for as many values as its buffer holds, and for more when half of them were received.
 * No goroutine stands behind it: the asking is done by the threads that receive, or by the
 * publisher's.
 *
 * <p>When the publisher has failed, {@link #receive} says so after the last value. The {@link
 * #channel} cannot: it just ends, and {@link #throwIfFailed} tells why.
 *
 * <p>All methods may be called from any thread.
 *
 * @param <T> of the values
 */
public final class ChanSubscriber<T> implements Flow.Subscriber<T>, AutoCloseable {

    private final Chan<T> channel;

    /** So many values are asked for at once, but for the first time. */
    private final int batch;

    private final AtomicBoolean subscribed = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();

    /** Written before the channel is closed. */
    private volatile @Nullable Throwable failure;

    private volatile boolean cancelled;

    /** So many were received. */
    private final AtomicLong received = new AtomicLong();

    /** To be asked for. */
    private final AtomicLong demand = new AtomicLong();

    /**
     * For the calls on the subscription: they come one after the other (rule 2.7), and a publisher
     * that sends while it is asked makes no recursion.
     */
    private final Baton baton = Baton.free();

    private volatile Flow.@Nullable Subscription subscription;

    /**
     * Makes one that waits for a publisher.
     *
     * @param capacity how many values may be on their way or in the buffer
     * @throws IllegalArgumentException if it is less than 1, or more than {@link Chan#CAPACITY_MAX}
     */
    public ChanSubscriber(int capacity) {
        if (capacity < 1 || capacity > Chan.CAPACITY_MAX) {
            throw new IllegalArgumentException(
                    "a subscriber needs room for 1.." + Chan.CAPACITY_MAX + " values: " + capacity);
        }
        channel = Chan.observed(capacity, this::onReceived);
        batch = Math.max(1, capacity / 2);
    }

    /** For a {@link Select}, a loop, or to be given away. It does not tell of a failure. */
    public ReceiveChan<T> channel() {
        return channel;
    }

    /**
     * Takes the next value, or waits for it.
     *
     * @return the value, or null at the end: the publisher is complete, or this was closed
     * @throws ExecutionException if the publisher has failed, which is the cause, and all values
     *     before were received
     * @throws InterruptedException if the caller is or gets interrupted while it waits; no value is
     *     lost
     */
    public @Nullable T receive() throws InterruptedException, ExecutionException {
        T value = channel.receive();
        if (value == null) {
            throwIfFailed();
        }
        return value;
    }

    /** What the publisher has failed with; null if it has not, or not yet. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /**
     * Throws if the publisher has failed.
     *
     * @throws ExecutionException with {@link #failure} as its cause
     */
    public void throwIfFailed() throws ExecutionException {
        Throwable cause = failure;
        if (cause != null) {
            throw new ExecutionException("the publisher has failed: " + cause, cause);
        }
    }

    /**
     * Cancels the subscription, and ends the channel. What is in its buffer can still be received.
     */
    @Override
    public void close() {
        cancelled = true;
        end(null);
        tell();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        Objects.requireNonNull(given, "subscription");
        if (!subscribed.compareAndSet(false, true)) {
            given.cancel();
            return;
        }
        demand.set(channel.capacity());
        subscription = given;
        tell();
    }

    @Override
    public void onNext(T value) {
        Objects.requireNonNull(value, "value");
        try {
            if (!channel.trySend(value)) {
                giveUp(new IllegalStateException("the publisher sent more than it was asked for"));
            }
        } catch (ClosedChanException e) {
            // It was on its way when this was closed.
        }
    }

    @Override
    public void onError(Throwable cause) {
        end(Objects.requireNonNull(cause, "cause"));
    }

    @Override
    public void onComplete() {
        end(null);
    }

    private void end(@Nullable Throwable cause) {
        if (ended.compareAndSet(false, true)) {
            failure = cause;
            channel.close();
        }
    }

    private void giveUp(Throwable cause) {
        cancelled = true;
        end(cause);
        tell();
    }

    private void onReceived() {
        if (received.incrementAndGet() % batch == 0 && !ended.get()) {
            demand.addAndGet(batch);
            tell();
        }
    }

    private void tell() {
        if (baton.note()) {
            do {
                tellOnce();
            } while (!baton.giveBack());
        }
    }

    private void tellOnce() {
        Flow.Subscription to = subscription;
        if (to == null) {
            return; // before it is there, it is still to come; after, it was cancelled
        }
        try {
            if (cancelled) {
                subscription = null;
                to.cancel();
            } else {
                long count = demand.getAndSet(0);
                if (count > 0) {
                    to.request(count);
                }
            }
        } catch (Throwable e) {
            giveUp(e); // against rule 3.16; nobody would ask for more
        }
    }
}
