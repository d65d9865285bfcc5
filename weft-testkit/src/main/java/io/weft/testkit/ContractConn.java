package io.weft.testkit;

import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection that carries a stream of bytes, as {@link ConnContract} sees it. The
 * adapters only pass the calls on; exceptions come through unchanged.
 */
public interface ContractConn extends AutoCloseable {

    /** Waits for bytes; -1 at the end of the stream, 0 only for a length of 0. */
    int read(byte[] buffer, int offset, int length) throws IOException;

    /** Writes all of it. */
    void write(byte[] buffer, int offset, int length) throws IOException;

    /** Bounds reads, pending and later ones; zero or less is past, null is no bound. */
    void setReadDeadline(@Nullable Duration fromNow) throws IOException;

    /** Bounds writes. */
    void setWriteDeadline(@Nullable Duration fromNow) throws IOException;

    /** Bounds both. */
    void setDeadline(@Nullable Duration fromNow) throws IOException;

    /** Ends the receiving side. */
    void shutdownInput() throws IOException;

    /** Ends the sending side. */
    void shutdownOutput() throws IOException;

    /** Closes in such a way that the peer sees an error instead of the end of the stream. */
    void reset() throws IOException;

    /** This end's address. */
    SocketAddress localAddress();

    /** The other end's address. */
    SocketAddress remoteAddress();

    /** Whether this end was not closed. */
    boolean isOpen();

    @Override
    void close() throws IOException;
}
