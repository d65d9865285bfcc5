package io.weft.sync;

import java.time.Duration;

/**
 * The side of a channel to which values are given. What a method takes that only sends.
 *
 * <p>All methods may be called from any thread. Senders that wait are served first come, first
 * served. What a thread did before it sent a value happens before what the receiver does with it.
 *
 * @param <T> of the values, which are never null
 */
public sealed interface SendChan<T> permits Chan {

    /**
     * Gives a value to a receiver that waits, or to the buffer, or waits until one of them can take
     * it.
     *
     * @throws ClosedChanException if the channel is closed, or gets closed meanwhile; nobody gets
     *     the value
     * @throws InterruptedException if the caller is or gets interrupted while it waits; nobody gets
     *     the value
     * @throws NullPointerException if the value is null, which stands for the end of a channel
     */
    void send(T value) throws InterruptedException;

    /**
     * Gives a value away if nobody has to wait for that.
     *
     * @return whether somebody, or the buffer, has it
     * @throws ClosedChanException if the channel is closed
     */
    boolean trySend(T value);

    /**
     * Waits with a value so long at most.
     *
     * @param timeout zero or less is {@link #trySend(Object)}; some 292 years or more is for ever
     * @return whether somebody, or the buffer, has it
     * @throws ClosedChanException as {@link #send}
     * @throws InterruptedException as {@link #send}
     */
    boolean trySend(T value, Duration timeout) throws InterruptedException;

    /**
     * As {@link #send(Object)}, unless the context is done or becomes so.
     *
     * @throws CancelledException if the context is done; nobody gets the value
     * @throws ClosedChanException as {@link #send(Object)}
     * @throws InterruptedException as {@link #send(Object)}
     */
    void send(T value, Context context) throws InterruptedException;

    /**
     * Says that no value follows. Receivers get what is in the buffer, and then the end; senders
     * that wait get a {@link ClosedChanException}. Closing is for the sending side: receivers need
     * not be told anything.
     *
     * @throws ClosedChanException if it is closed already
     * @throws IllegalStateException if it is the channel on which nothing ever happens
     */
    void close();

    /** Whether it is closed; values may still be in the buffer. */
    boolean isClosed();

    /** How many values are in the buffer. Out of date as soon as it is known. */
    int size();

    /** How many values fit into the buffer; 0 for an unbuffered channel. */
    int capacity();
}
