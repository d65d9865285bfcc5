package io.weft.net;

import io.weft.linux.CallStates;
import io.weft.linux.NativeSys;
import io.weft.linux.Sys;
import io.weft.netpoll.Netpoll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A netpoll whose pollers are driven by plain threads instead of a scheduler, so that the waits of
 * this module are tested on platform threads and on the JDK's own virtual threads.
 */
final class PollerThreads implements AutoCloseable {

    private static final int POLLERS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Netpoll netpoll;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    PollerThreads() {
        this(new NativeSys(CallStates.perThread()));
    }

    PollerThreads(Sys sys) {
        netpoll = new Netpoll(sys, POLLERS, () -> -1);
        for (int i = 0; i < POLLERS; i++) {
            int processor = i;
            threads.add(
                    Thread.ofPlatform().daemon().name("poller-" + i).start(() -> drive(processor)));
        }
    }

    Netpoll netpoll() {
        return netpoll;
    }

    private void drive(int processor) {
        while (!stopping) {
            netpoll.poller(processor).block(-1);
        }
    }

    @Override
    public void close() {
        netpoll.closeDescriptors();
        stopping = true;
        for (int i = 0; i < POLLERS; i++) {
            netpoll.poller(i).wake();
        }
        for (Thread thread : threads) {
            if (!joined(thread)) {
                throw new IllegalStateException(thread + " does not end");
            }
        }
        netpoll.close();
    }

    private static boolean joined(Thread thread) {
        try {
            return thread.join(PATIENCE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
