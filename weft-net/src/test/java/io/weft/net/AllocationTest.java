package io.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.testkit.Allocations;
import java.io.IOException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** Steady-state reads and writes allocate nothing. */
class AllocationTest extends Loopback {

    private static final int MEASURED = 5_000;

    /** Until then the compiler is done with everything, however busy the machine is. */
    private static final int BATCHES_MAX = 60;

    /** What the measurement itself may allocate, and a stray compilation. */
    private static final long NOISE_BYTES = MEASURED;

    /** One exchange, made by the measured thread. */
    private interface Round {
        void run() throws IOException;
    }

    @Test
    void arraysAreReadAndWrittenInPlace() throws Exception {
        Pair pair = pair();
        byte[] request = new byte[64];
        byte[] buffer = new byte[1024];
        startEcho(pair.server());
        assertAllocatesNothing(
                () -> {
                    pair.client().write(request);
                    pair.client().read(buffer);
                });
    }

    @Test
    void lateBuffersAreReused() throws Exception {
        Pair pair = pair();
        byte[] request = new byte[64];
        startEcho(pair.server());
        assertAllocatesNothing(
                () -> {
                    pair.client().write(request);
                    LateBuffer buffer = pair.client().readLate();
                    if (buffer != null) {
                        buffer.close();
                    }
                });
    }

    /**
     * What is not compiled yet allocates, and when it is compiled is for the JVM to say: one batch
     * without garbage shows the steady state, and code that makes garbage never has one.
     */
    private static void assertAllocatesNothing(Round round) throws IOException {
        long allocated = Long.MAX_VALUE;
        for (int batch = 0; batch < BATCHES_MAX && allocated >= NOISE_BYTES; batch++) {
            long before = Allocations.ofCurrentThread();
            run(round, MEASURED);
            allocated = Allocations.ofCurrentThread() - before;
        }
        assertThat(allocated).as("bytes in %d rounds", MEASURED).isLessThan(NOISE_BYTES);
    }

    private static void run(Round round, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            round.run();
        }
    }

    /**
     * On a platform thread: with io_uring whoever submits may be the one who readies the other, and
     * to ready a virtual thread the JDK's scheduler makes an object of 32 bytes.
     */
    private static void startEcho(TcpConn conn) {
        Thread.ofPlatform().daemon().start(new FutureTask<>(() -> echo(conn)));
    }

    private static int echo(TcpConn conn) throws IOException {
        byte[] buffer = new byte[1024];
        int count = conn.read(buffer);
        while (count >= 0) {
            conn.write(buffer, 0, count);
            count = conn.read(buffer);
        }
        return count;
    }
}
