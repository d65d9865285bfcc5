package io.weft.cli.hold;

import io.weft.WeftRuntime;
import io.weft.net.TcpConn;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Closes all connections with a reset. An ordinary close would leave this side a port in TIME_WAIT
 * for a minute, a million of them.
 */
final class Closing {

    private static final int AT_ONCE = 64;

    private final WeftRuntime runtime;
    private final Held held;
    private final AtomicInteger next = new AtomicInteger();
    private final LongAdder closed = new LongAdder();
    private final CountDownLatch finished = new CountDownLatch(AT_ONCE);

    Closing(WeftRuntime runtime, Held held) {
        this.runtime = runtime;
        this.held = held;
    }

    /** Returns how many there were when all are closed. */
    long run(Progress progress) throws InterruptedException {
        for (int i = 0; i < AT_ONCE; i++) {
            runtime.go(this::closeInTurn);
        }
        Meter meter = new Meter(progress);
        while (!finished.await(Meter.PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
            meter.tell(closed.sum());
        }
        return closed.sum();
    }

    private void closeInTurn() {
        try {
            for (int index = next.getAndIncrement();
                    index < held.capacity();
                    index = next.getAndIncrement()) {
                TcpConn conn = held.remove(index);
                if (conn != null) {
                    reset(conn);
                    closed.increment();
                }
            }
        } finally {
            finished.countDown();
        }
    }

    private static void reset(TcpConn conn) {
        try (conn) {
            conn.setLingerSeconds(0);
        } catch (IOException e) {
            // It has failed before and is closed already: nothing is left to be reset.
            return;
        }
    }
}
