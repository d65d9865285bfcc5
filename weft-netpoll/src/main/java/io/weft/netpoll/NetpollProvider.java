package io.weft.netpoll;

/**
 * Finds the netpoll of the calling thread: that of the runtime whose goroutine calls, else that of
 * the default runtime. Provided by the facade, found by {@link java.util.ServiceLoader}.
 */
@FunctionalInterface
public interface NetpollProvider {

    /**
     * The netpoll for the calling thread.
     *
     * @throws UnsupportedOperationException when this JDK or machine cannot run Weft; the message
     *     names the cure
     */
    Netpoll current();
}
