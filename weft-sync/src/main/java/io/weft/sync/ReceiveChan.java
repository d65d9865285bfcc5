package io.weft.sync;

import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The side of a channel from which values are taken. What a method takes that only receives.
 *
 * {@snippet :
 * for (Order order : orders) { // until the channel is closed and empty
 *     ship(order);
 * }
 * }
 *
 * <p>All methods may be called from any thread. Receivers that wait are served first come, first
 * served.
 *
 * @param <T> of the values, which are never null
 */
public sealed interface ReceiveChan<T> extends Iterable<T> permits Chan {

    /**
     * Takes the next value, or waits for it.
     *
     * @return the value, or null at the end: the channel is closed, and its buffer is empty
     * @throws InterruptedException if the caller is or gets interrupted while it waits; no value is
     *     lost
     */
    @Nullable T receive() throws InterruptedException;

    /**
     * Takes the next value if there is one.
     *
     * @return null when nobody has sent one, and at the end, which {@link #isDrained} tells apart
     */
    @Nullable T tryReceive();

    /**
     * Waits for the next value so long at most.
     *
     * @param timeout zero or less is {@link #tryReceive()}; some 292 years or more is for ever
     * @return null when the time is over, and at the end, which {@link #isDrained} tells apart
     * @throws InterruptedException as {@link #receive}
     */
    @Nullable T tryReceive(Duration timeout) throws InterruptedException;

    /**
     * Takes the next value, or waits for it, unless the context is done or becomes so.
     *
     * @return null at the end
     * @throws CancelledException if the context is done; no value is lost
     * @throws InterruptedException as {@link #receive()}
     */
    @Nullable T receive(Context context) throws InterruptedException;

    /** Whether the channel is closed and its buffer empty: nothing will ever be received. */
    boolean isDrained();

    /** How many values are in the buffer. Out of date as soon as it is known. */
    int size();

    /** How many values fit into the buffer; 0 for an unbuffered channel. */
    int capacity();

    /**
     * Receives until the end. {@code hasNext} waits. Several loops may share a channel; each value
     * goes to one of them.
     *
     * <p>An interrupt ends the loop with a {@link CancellationException}, and stays pending.
     */
    @Override
    Iterator<T> iterator();
}
