package io.weft.testkit;

import java.io.IOException;

/** What accepts connections, and the way to open some to it, as {@link ConnContract} sees it. */
public interface ContractListener extends AutoCloseable {

    /** Waits for a connection. */
    ContractConn accept() throws IOException;

    /** Opens a connection to this listener. */
    ContractConn connect() throws IOException;

    /** Whether it was not closed. */
    boolean isOpen();

    @Override
    void close() throws IOException;
}
