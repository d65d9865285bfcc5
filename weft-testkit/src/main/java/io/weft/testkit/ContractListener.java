package io.weft.testkit;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What accepts connections, and the way to open some to it, as {@link ConnContract} sees it. */
public interface ContractListener extends AutoCloseable {

    /** Waits for a connection. */
    ContractConn accept() throws IOException;

    /** Opens a connection to this listener. */
    ContractConn connect() throws IOException;

    /** Bounds accept, pending and later ones; zero or less is past, null is no bound. */
    void setDeadline(@Nullable Duration fromNow) throws IOException;

    /** Whether it was not closed. */
    boolean isOpen();

    @Override
    void close() throws IOException;
}
