package io.weft.netpoll;

import io.weft.sched.spi.Poller;

/** What the scheduler does with a poller: a thread that blocks in it and delivers. */
final class PollLoop {

    private final Poller poller;
    private final TestThread<Integer> thread;
    private volatile boolean stopping;

    PollLoop(Poller poller) {
        this.poller = poller;
        this.thread = TestThread.start(this::run);
    }

    private int run() {
        int found = 0;
        while (!stopping) {
            found += poller.block(-1);
        }
        return found;
    }

    /** Ends the loop; the number of events that it found. */
    int stop() throws Exception {
        stopping = true;
        poller.wake();
        return thread.result();
    }
}
