package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.linux.CallStates;
import io.weft.linux.CpuSet;
import io.weft.linux.NativeThreadSys;
import io.weft.linux.ThreadSys;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BuilderTest {

    private static final ThreadSys THREADS = new NativeThreadSys(CallStates.perThread());

    private static CpuSet affinity(int tid) {
        CpuSet[] into = new CpuSet[1];
        assertThat(THREADS.affinity(tid, into)).isNotNegative();
        return into[0];
    }

    private static CpuSet ofProcess() {
        return affinity((int) ProcessHandle.current().pid());
    }

    @Test
    void carriersRunOnTheCpusThatWereGiven() throws InterruptedException {
        int[] cpus = ofProcess().toArray();
        try (WeftRuntime runtime = Weft.builder().cpus(cpus).build()) {
            assertThat(runtime.procs()).isEqualTo(cpus.length);
            Set<CpuSet> seen = ConcurrentHashMap.newKeySet();
            CountDownLatch meeting = new CountDownLatch(cpus.length);
            for (int i = 0; i < cpus.length; i++) {
                runtime.go(
                        () -> {
                            seen.add(affinity(0));
                            meeting.countDown();
                        });
            }
            assertThat(meeting.await(20, TimeUnit.SECONDS)).isTrue();
            List<CpuSet> single = IntStream.of(cpus).mapToObj(CpuSet::of).toList();
            assertThat(single).containsAll(seen);
        }
    }

    /** It has lost its P, and must not hold up the one who works there in its place. */
    @Test
    void aGoroutineThatLostItsProcessorMayRunAnywhere() throws InterruptedException {
        CpuSet all = ofProcess();
        int cpu = all.toArray()[0];
        try (WeftRuntime runtime = Weft.builder().procs(1).cpus(cpu).build()) {
            AtomicBoolean free = new AtomicBoolean();
            AtomicBoolean stop = new AtomicBoolean();
            Thread hog =
                    runtime.go(
                            () -> {
                                while (!stop.get()) {
                                    free.compareAndSet(false, affinity(0).equals(all));
                                }
                            });
            runtime.run(
                    () -> {
                        Weft.sleep(Duration.ofMillis(100));
                        assertThat(affinity(0)).isEqualTo(CpuSet.of(cpu));
                    });
            stop.set(true);
            hog.join();
            assertThat(free).isTrue();
        }
    }

    @Test
    void aCpuThatIsNotThereIsRefusedAtTheBuild() {
        Builder builder = Weft.builder().cpus(CpuSet.CPUS_MAX - 1);
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it may use " + ofProcess());
        assertThatThrownBy(Weft.builder().cpus(Integer.MAX_VALUE)::build)
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void mistakesAreRefused() {
        Builder builder = Weft.builder();
        assertThatThrownBy(builder::cpus).hasMessage("cpus needs at least one CPU");
        assertThatThrownBy(() -> builder.cpus(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.cpus(0, 1, 0))
                .hasMessage("cpus must be different and not negative: [0, 1, 0]");
        assertThatThrownBy(() -> builder.maxSpareCarriers(-1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.timeSlice(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.timeSlice(Duration.ofNanos(-5)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /**
     * A loop that never yields holds its P for the slice that was asked for. Not each time: one
     * that the system puts to sleep, for a collection or a page, loses it before.
     */
    @Test
    void theTimeSliceIsWhatWasAskedFor() throws InterruptedException {
        try (WeftRuntime runtime =
                Weft.builder().procs(1).timeSlice(Duration.ofMillis(200)).build()) {
            long longest = 0;
            for (int attempt = 0; attempt < 20 && longest < 100_000_000L; attempt++) {
                longest = Math.max(longest, waitBehindALoop(runtime));
            }
            assertThat(longest).isGreaterThan(100_000_000L);
        }
    }

    private static long waitBehindALoop(WeftRuntime runtime) throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch running = new CountDownLatch(1);
        Thread loop =
                runtime.go(
                        () -> {
                            running.countDown();
                            while (!stop.get()) {
                                Thread.onSpinWait();
                            }
                        });
        assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
        long start = System.nanoTime();
        runtime.run(() -> stop.set(true));
        long waited = System.nanoTime() - start;
        loop.join();
        return waited;
    }
}
