package io.weft.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.testkit.Allocations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Operations that find their partner, or a buffer, make no garbage; neither do those that wait. */
@Timeout(60)
class ChanAllocationTest {

    private static final int ROUNDS = 50;
    private static final int OPERATIONS = 20_000;

    /** Below it is what the JVM allocates now and then; one object per operation is far above. */
    private static final long NEXT_TO_NOTHING = OPERATIONS;

    /** What is measured, so many times. */
    @FunctionalInterface
    private interface Work {
        void run(int times) throws Exception;
    }

    /** Bytes of the best round: a compilation or a profiler may allocate, no operation may. */
    private static long bestRound(Work work) throws Exception {
        long best = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = Allocations.ofCurrentThread();
            work.run(OPERATIONS);
            best = Math.min(best, Allocations.ofCurrentThread() - before);
        }
        return best;
    }

    @Test
    void aBufferedChannelAllocatesNothing() throws Exception {
        Chan<String> channel = Chan.buffered(100);
        assertThat(
                        bestRound(
                                times -> {
                                    for (int i = 0; i < times; i++) {
                                        channel.send("a");
                                        channel.receive();
                                    }
                                }))
                .isLessThan(NEXT_TO_NOTHING);
    }

    @Test
    void aSelectThatIsUsedAgainAllocatesNothing() throws Exception {
        Chan<String> first = Chan.buffered(1);
        Chan<String> second = Chan.buffered(1);
        Select select = new Select();
        select.receive(first);
        select.send(second, "b");
        assertThat(
                        bestRound(
                                times -> {
                                    for (int i = 0; i < times; i++) {
                                        first.trySend("a");
                                        select.await();
                                        second.tryReceive();
                                    }
                                }))
                .isLessThan(NEXT_TO_NOTHING);
    }

    @Test
    void aWaitAllocatesNothing() throws Exception {
        Chan<String> there = Chan.unbuffered();
        Chan<String> back = Chan.unbuffered();
        TestThread<Boolean> partner =
                TestThread.startPlatform(
                        () -> {
                            for (String value : there) {
                                back.send(value);
                            }
                            return true;
                        });
        int perRound = OPERATIONS / 100;
        long best =
                bestRound(
                        times -> {
                            for (int i = 0; i < perRound; i++) {
                                there.send("a");
                                back.receive();
                            }
                        });
        there.close();
        assertThat(partner.result()).isTrue();
        assertThat(best).isLessThan(perRound);
    }
}
