package io.weft.sync;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** See {@link ReceiveChan#iterator}. Used by one thread. */
final class ChanIterator<T> implements Iterator<T> {

    private final ReceiveChan<T> channel;
    private @Nullable T next;
    private boolean ended;

    ChanIterator(ReceiveChan<T> channel) {
        this.channel = channel;
    }

    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            try {
                next = channel.receive();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                CancellationException cancelled =
                        new CancellationException("interrupted while receiving from " + channel);
                cancelled.initCause(e);
                throw cancelled;
            }
            ended = next == null;
        }
        return next != null;
    }

    @Override
    public T next() {
        T value = hasNext() ? next : null;
        if (value == null) {
            throw new NoSuchElementException("the end of " + channel);
        }
        next = null;
        return value;
    }
}
