package io.weft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One seed is one interleaving. */
@Timeout(60)
class BubbleOrderTest {

    private static final int GOROUTINES = 6;
    private static final int STEPS = 8;

    /** What happened, in order: goroutines that park, yield, wait for locks, and for the time. */
    private static List<String> trace(long seed) throws InterruptedException {
        List<String> trace = new ArrayList<>();
        Bubble.seeded(seed)
                .go(
                        () -> {
                            var queue = new LinkedBlockingQueue<String>();
                            var lock = new ReentrantLock();
                            for (int i = 0; i < GOROUTINES; i++) {
                                String name = "g" + i;
                                Thread.startVirtualThread(() -> steps(name, trace, queue, lock));
                            }
                            for (int i = 0; i < GOROUTINES * STEPS; i++) {
                                trace.add("took " + queue.take());
                            }
                            trace.add(Bubble.now().toString());
                        });
        return trace;
    }

    private static void steps(
            String name,
            List<String> trace,
            LinkedBlockingQueue<String> queue,
            ReentrantLock lock) {
        for (int step = 0; step < STEPS; step++) {
            trace.add(name + " " + step + " at " + Bubble.now());
            if (step % 3 == 0) {
                Thread.yield();
            } else if (step % 3 == 1) {
                LockSupport.parkNanos(1_000L * (step + 1)); // all at the same moment
            }
            lock.lock();
            try {
                Thread.yield();
                queue.add(name);
            } finally {
                lock.unlock();
            }
        }
    }

    @Test
    void theSameSeedIsTheSameInterleaving() throws InterruptedException {
        for (long seed = 0; seed < 4; seed++) {
            List<String> first = trace(seed);
            for (int i = 0; i < 100; i++) {
                assertThat(trace(seed)).isEqualTo(first);
            }
        }
    }

    /** A thread of the JDK passes monitors on; how fast it is must not matter. */
    @Test
    void monitorsArePassedOnInTheOrderOfTheSeed() throws InterruptedException {
        for (long seed = 0; seed < 10; seed++) {
            String first = turns(seed);
            for (int i = 0; i < 10; i++) {
                assertThat(turns(seed)).isEqualTo(first);
            }
        }
    }

    private static String turns(long seed) throws InterruptedException {
        StringBuilder turns = new StringBuilder();
        Bubble.seeded(seed)
                .go(
                        () -> {
                            Object monitor = new Object();
                            List<Thread> threads = new ArrayList<>();
                            for (int i = 0; i < 5; i++) {
                                int number = i;
                                threads.add(
                                        Thread.startVirtualThread(
                                                () -> takeTurns(number, monitor, turns)));
                            }
                            for (Thread thread : threads) {
                                thread.join();
                            }
                        });
        return turns.toString();
    }

    @SuppressWarnings("WaitNotInLoop") // any wake-up will do
    private static void takeTurns(int number, Object monitor, StringBuilder turns) {
        for (int turn = 0; turn < 3; turn++) {
            synchronized (monitor) {
                turns.append(number);
                Thread.yield();
                monitor.notifyAll();
                try {
                    monitor.wait(turn + 1L);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                turns.append((char) ('a' + number));
            }
            Thread.yield();
        }
    }

    @Test
    void otherSeedsAreOtherInterleavings() throws InterruptedException {
        Set<List<String>> traces = new HashSet<>();
        for (long seed = 0; seed < 50; seed++) {
            traces.add(trace(seed));
        }
        assertThat(traces).hasSizeGreaterThan(45);
    }

    /** A check and an act that are two steps: which seeds find it is known, and stays so. */
    @Test
    void someSeedsFindARace() throws InterruptedException {
        List<Long> found = losses();
        assertThat(found).isNotEmpty().hasSizeLessThan(40);
        assertThat(losses()).isEqualTo(found);
    }

    private static List<Long> losses() throws InterruptedException {
        List<Long> found = new ArrayList<>();
        for (long seed = 0; seed < 40; seed++) {
            int[] count = {0};
            Bubble.seeded(seed)
                    .go(
                            () -> {
                                Thread one = Thread.startVirtualThread(() -> increment(count));
                                Thread two = Thread.startVirtualThread(() -> increment(count));
                                one.join();
                                two.join();
                            });
            if (count[0] < 2) {
                found.add(seed);
            }
        }
        return found;
    }

    private static void increment(int[] count) {
        int before = count[0];
        Thread.yield();
        count[0] = before + 1;
    }

    @Test
    void exploreTriesOneSeedAfterTheOther() throws InterruptedException {
        Set<Integer> outcomes = new HashSet<>();
        Bubble.explore(
                40,
                () -> {
                    int[] count = {0};
                    Thread one = Thread.startVirtualThread(() -> increment(count));
                    Thread two = Thread.startVirtualThread(() -> increment(count));
                    one.join();
                    two.join();
                    outcomes.add(count[0]);
                });
        assertThat(outcomes).containsExactlyInAnyOrder(1, 2);
    }
}
