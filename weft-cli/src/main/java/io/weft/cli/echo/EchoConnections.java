package io.weft.cli.echo;

import io.weft.net.Deadline;
import io.weft.net.TcpConn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of a server, and the sums of those that have ended. The list links the
 * connections themselves: it costs an idle connection two references and no node.
 *
 * <p>The lock is taken when a connection opens or ends and when somebody asks for totals, never for
 * a message.
 */
final class EchoConnections {

    private final Duration readTimeout;
    private final boolean hasReadTimeout;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition empty = lock.newCondition();

    // Guarded by lock.
    private @Nullable EchoConnection first;
    private boolean closed;
    private long accepted;
    private long open;
    private long endedMessages;
    private long endedBytes;
    private long errors;

    /** With a time that a read may wait; zero for ever. */
    EchoConnections(Duration readTimeout) {
        this.readTimeout = readTimeout;
        this.hasReadTimeout = readTimeout.isPositive();
    }

    boolean hasReadTimeout() {
        return hasReadTimeout;
    }

    /** Of a read that begins at this moment. */
    Deadline readDeadline() {
        return Deadline.after(readTimeout);
    }

    /** Makes a connection known, or returns null when the server takes no more. */
    @Nullable EchoConnection add(TcpConn conn) {
        EchoConnection connection = new EchoConnection(conn, this);
        lock.lock();
        try {
            if (closed) {
                return null;
            }
            link(connection);
            accepted++;
            open++;
            return connection;
        } finally {
            lock.unlock();
        }
    }

    /** Called by the connection's goroutine as its last step. */
    void remove(EchoConnection connection, boolean failed) {
        lock.lock();
        try {
            unlink(connection);
            endedMessages += connection.messages();
            endedBytes += connection.bytes();
            errors += failed ? 1 : 0;
            open--;
            if (open == 0) {
                empty.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    EchoTotals totals() {
        lock.lock();
        try {
            long messages = endedMessages;
            long bytes = endedBytes;
            for (EchoConnection each = first; each != null; each = each.next) {
                messages += each.messages();
                bytes += each.bytes();
            }
            return new EchoTotals(accepted, open, messages, bytes, errors);
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more connections and returns those that are open. */
    List<EchoConnection> close() {
        lock.lock();
        try {
            closed = true;
            return snapshot();
        } finally {
            lock.unlock();
        }
    }

    List<EchoConnection> stillOpen() {
        lock.lock();
        try {
            return snapshot();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no connection is open; false when the time was over before. */
    boolean awaitEmpty(long timeoutNanos) throws InterruptedException {
        long left = timeoutNanos;
        if (!lock.tryLock(left, TimeUnit.NANOSECONDS)) {
            return false;
        }
        try {
            while (open > 0 && left > 0) {
                left = empty.awaitNanos(left);
            }
            return open == 0;
        } finally {
            lock.unlock();
        }
    }

    private List<EchoConnection> snapshot() {
        List<EchoConnection> connections = new ArrayList<>((int) open);
        for (EchoConnection each = first; each != null; each = each.next) {
            connections.add(each);
        }
        return connections;
    }

    private void link(EchoConnection connection) {
        connection.next = first;
        if (first != null) {
            first.previous = connection;
        }
        first = connection;
    }

    private void unlink(EchoConnection connection) {
        EchoConnection before = connection.previous;
        EchoConnection after = connection.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        connection.previous = null;
        connection.next = null;
    }
}
