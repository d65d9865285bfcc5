package io.weft.cli.load;

/** Follows a run. The methods are called by the thread that runs it, one at a time. */
public interface LoadListener {

    /** Connections are being opened. */
    void connecting(int opened, int wanted);

    /** All connections that could be opened are, and each has echoed one message. */
    void connected(int connections);

    /** The warm-up is over; what follows counts. */
    void measuring();

    /**
     * Load is running.
     *
     * @param elapsedSeconds since the load started
     * @param totalSeconds that it will run
     * @param answered messages so far
     */
    void running(double elapsedSeconds, double totalSeconds, long answered);

    /** The window is over; what is in flight is still awaited. */
    void measured();
}
