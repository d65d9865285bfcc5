package io.weft.sync;

import io.weft.sched.spi.Host;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber of a channel, see {@link Flows#publisher}.
 *
 * <p>Whoever has the {@link Baton} may call the subscriber, so calls come one after the other, and
 * nothing that was asked for is forgotten. {@link #begin} has it first, goroutines have it later.
 * At the end it is kept.
 */
final class ChanSubscription<T> implements Flow.Subscription {

    private static final int STOP = 0;

    private final Host host;
    private final ReceiveChan<T> channel;

    /** Closed to wake the goroutine that waits for a value. */
    private final Chan<Void> stop = Chan.unbuffered();

    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong demand = new AtomicLong();
    private final Baton baton = Baton.taken();

    private volatile boolean cancelled;
    private volatile @Nullable Throwable misuse;
    private volatile boolean over;

    // Of who has the baton.
    private final Select select = new Select();
    private Flow.@Nullable Subscriber<? super T> subscriber;

    ChanSubscription(Host host, ReceiveChan<T> channel, Flow.Subscriber<? super T> subscriber) {
        this.host = host;
        this.channel = channel;
        this.subscriber = Objects.requireNonNull(subscriber, "subscriber");
        int first = select.receive(stop);
        assert first == STOP : "the first case";
        select.receive(channel);
    }

    /** Tells the subscriber of this, and has it served from then on. */
    void begin() {
        boolean returned = false;
        try {
            Objects.requireNonNull(subscriber).onSubscribe(this);
            returned = true;
        } finally {
            if (!returned) {
                leave();
            }
        }
        if (cancelled) {
            leave();
        } else if (host.isClosed()) {
            fail(new RejectedExecutionException(host + " is closed"));
        } else if (demand.get() == 0 && misuse == null && channel.isDrained()) {
            complete();
        } else if (!baton.giveBack()) {
            start();
        }
    }

    @Override
    public void request(long count) {
        if (count > 0) {
            demand.accumulateAndGet(count, ChanSubscription::sumUpToMax);
        } else {
            misuse = new IllegalArgumentException("rule 3.9: request at least 1 value: " + count);
            wake();
        }
        tellServer();
    }

    /** Of two positive numbers. Whoever asks for more than there are takes what there is. */
    private static long sumUpToMax(long asked, long more) {
        long sum = asked + more;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    @Override
    public void cancel() {
        cancelled = true;
        wake();
        tellServer();
    }

    private void wake() {
        if (stopped.compareAndSet(false, true)) {
            stop.close();
        }
    }

    private void tellServer() {
        if (over || !baton.note()) {
            return;
        }
        if (cancelled) {
            leave();
        } else {
            start();
        }
    }

    private void start() {
        try {
            if (host.tryGo(this::serve) == null) {
                fail(new RejectedExecutionException(host + " is closed"));
            }
        } catch (OutOfMemoryError e) {
            fail(e);
        }
    }

    /** A goroutine, from when more is asked for until all of that was given, or to the end. */
    private void serve() {
        boolean ended;
        do {
            ended = !giveAll();
        } while (!ended && !baton.giveBack());
    }

    /** Gives what was asked for; false at the end. */
    private boolean giveAll() {
        while (!cancelled) {
            Throwable wrong = misuse;
            if (wrong != null) {
                fail(wrong);
                return false;
            }
            if (demand.get() == 0) {
                if (channel.isDrained()) {
                    complete();
                    return false;
                }
                return true;
            }
            if (!giveOne()) {
                return false;
            }
        }
        leave();
        return false;
    }

    private boolean giveOne() {
        try {
            if (select.await() == STOP) {
                return true;
            }
        } catch (InterruptedException e) {
            CancellationException failure =
                    new CancellationException("interrupted while serving a subscriber");
            failure.initCause(e);
            fail(failure);
            return false;
        }
        T value = select.received(channel);
        if (value == null) {
            complete();
            return false;
        }
        demand.updateAndGet(asked -> asked == Long.MAX_VALUE ? asked : asked - 1);
        boolean returned = false;
        try {
            Objects.requireNonNull(subscriber).onNext(value);
            returned = true;
        } finally {
            if (!returned) {
                leave(); // it has thrown, against rule 2.13
            }
        }
        return true;
    }

    private void complete() {
        Flow.Subscriber<? super T> leaving = subscriber;
        leave();
        if (leaving != null) {
            leaving.onComplete();
        }
    }

    private void fail(Throwable failure) {
        Flow.Subscriber<? super T> leaving = subscriber;
        leave();
        if (leaving != null) {
            leaving.onError(failure);
        }
    }

    /**
     * The end, for who has the baton and keeps it: nobody calls the subscriber any more, nor holds
     * it (rule 3.13).
     */
    private void leave() {
        subscriber = null;
        over = true;
    }
}
