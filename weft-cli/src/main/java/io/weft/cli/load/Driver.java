package io.weft.cli.load;

import java.io.IOException;

/** How a connection is driven through the run, by the goroutine that calls. */
interface Driver {

    /**
     * Sends until the window is over, receives until nothing is in flight, and records latencies.
     *
     * @throws IOException if the connection failed, or brought a wrong answer
     */
    void drive(Lane lane, Window window) throws IOException, InterruptedException;
}
