package io.weft.sync;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Calls for the same key at the same time become one, and all get its outcome.
 *
 * {@snippet :
 * Page page = flights.run(url, () -> fetch(url));
 * }
 *
 * <p>The semantics are those of Go's {@code golang.org/x/sync/singleflight}. Nothing is kept: a
 * call that comes after the end is made again. The first caller makes the call, on its own thread.
 * An exception goes to all, the same object; but when the first caller was interrupted, the others
 * get a {@link CancellationException} with that as its cause, since they were not.
 *
 * <p>All methods may be called from any thread. There are at most as many keys as callers. Keys are
 * compared by {@code equals}, with a lock held.
 *
 * @param <K> of the keys
 * @param <V> of the values
 */
public final class SingleFlight<K, V extends @Nullable Object> {

    private final Mutex mutex = new Mutex();

    /** Guarded by the mutex. */
    private final Map<K, Flight<V>> flights = new HashMap<>();

    /** Begins without a call. */
    public SingleFlight() {}

    /**
     * What came out of a call.
     *
     * @param value of the call
     * @param shared whether it was given to more than one caller
     */
    public record Result<V extends @Nullable Object>(V value, boolean shared) {}

    /**
     * Makes a call, or waits for the one that is under way for this key.
     *
     * @return the value of the call
     * @throws InterruptedException if the caller is or gets interrupted while it waits for another
     *     one's call, which goes on; or from its own call
     * @throws CancellationException if another one's call has ended by an interrupt
     * @throws IllegalStateException if the call asks for its own key, and would wait for ever
     * @throws Exception what the call has thrown
     */
    public V run(K key, Callable<? extends V> call) throws Exception {
        return runShared(key, call).value();
    }

    /**
     * As {@link #run}, and tells whether the value was shared.
     *
     * @throws Exception as {@link #run}
     */
    public Result<V> runShared(K key, Callable<? extends V> call) throws Exception {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(call, "call");
        Flight<V> mine = null;
        Flight<V> flight;
        mutex.lock();
        try {
            flight = flights.get(key);
            if (flight == null) {
                mine = new Flight<>(Thread.currentThread());
                flight = mine;
                flights.put(key, mine);
            } else {
                flight.join();
            }
        } finally {
            mutex.unlock();
        }
        return mine == null ? flight.await() : land(key, mine, call);
    }

    /**
     * Has the next call for a key be made, even if one is under way. Who waits for that one gets
     * its outcome all the same.
     */
    public void forget(K key) {
        Objects.requireNonNull(key, "key");
        mutex.lock();
        try {
            flights.remove(key);
        } finally {
            mutex.unlock();
        }
    }

    private Result<V> land(K key, Flight<V> mine, Callable<? extends V> call) throws Exception {
        boolean shared = false;
        try {
            mine.fly(call);
        } finally {
            mutex.lock();
            try {
                flights.remove(key, mine);
                shared = mine.joined > 0;
            } finally {
                mutex.unlock();
                mine.landed.done();
            }
        }
        return mine.result(shared);
    }

    /** One call. The outcome is written by who makes it, and published by the wait group. */
    private static final class Flight<V extends @Nullable Object> {

        final WaitGroup landed = new WaitGroup();

        /** How many wait for it; guarded by the mutex. */
        int joined;

        private final Thread pilot;
        private @Nullable V value;
        private @Nullable Throwable failure;

        Flight(Thread pilot) {
            this.pilot = pilot;
            landed.add(1);
        }

        /** With the mutex. */
        void join() {
            if (pilot.equals(Thread.currentThread())) {
                throw new IllegalStateException(
                        "a call asks for its own key and would wait for its own end: use another"
                                + " key inside");
            }
            joined++;
        }

        void fly(Callable<? extends V> call) {
            try {
                value = call.call();
            } catch (Throwable e) {
                failure = e;
            }
        }

        Result<V> await() throws Exception {
            landed.await();
            if (failure instanceof InterruptedException) {
                var cancelled =
                        new CancellationException(
                                "the call that this one has shared was interrupted");
                cancelled.initCause(failure);
                throw cancelled;
            }
            return result(true);
        }

        @SuppressWarnings("NullAway") // null only if the type of the call allows it
        Result<V> result(boolean shared) throws Exception {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof Exception exception) {
                throw exception;
            }
            if (failure != null) {
                throw new IllegalStateException(
                        "a call has thrown what is neither exception nor error", failure);
            }
            return new Result<>(value, shared);
        }
    }
}
