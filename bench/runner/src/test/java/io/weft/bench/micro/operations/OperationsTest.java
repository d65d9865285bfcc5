package io.weft.bench.micro.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.Weft;
import io.weft.WeftRuntime;
import io.weft.bench.micro.Operations;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The operations on both kinds of threads; each checks its own result. */
@Timeout(60)
class OperationsTest {

    private static final int SMALL_TREE = 1_000;
    private static final int FEW = 200;
    private static final int FEW_ACQUISITIONS = 100_000;

    static Stream<String> names() {
        return Program.OPERATIONS.keySet().stream()
                .filter(name -> !name.equals(Operations.SKYNET))
                .filter(name -> !name.equals(Operations.MUTEX_100))
                .sorted();
    }

    /** What is to be done inside of a goroutine. */
    private interface Work {
        void with(Threads threads) throws InterruptedException;
    }

    private static void onWeft(int procs, Work work) throws InterruptedException {
        try (WeftRuntime runtime = Weft.builder().procs(procs).name("test").build()) {
            inside(new Threads(runtime.threadFactory(), procs), work);
        }
    }

    private static void onJdk(Work work) throws InterruptedException {
        inside(new Threads(Thread.ofVirtual().factory(), 2), work);
    }

    private static void inside(Threads threads, Work work) throws InterruptedException {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        threads.start(
                        () -> {
                            try {
                                work.with(threads);
                            } catch (InterruptedException | RuntimeException e) {
                                failure.set(e);
                            }
                        })
                .join();
        assertThat(failure.get()).isNull();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aBatchOnGoroutinesGivesTheRightResult(String name) throws InterruptedException {
        onWeft(1, threads -> check(name, threads));
        onWeft(2, threads -> check(name, threads));
    }

    @ParameterizedTest
    @MethodSource("names")
    void aBatchOnVirtualThreadsGivesTheRightResult(String name) throws InterruptedException {
        onJdk(threads -> check(name, threads));
    }

    private static void check(String name, Threads threads) throws InterruptedException {
        Operation operation = Program.OPERATIONS.getOrDefault(name, Yield::new).get();
        operation.prepare(threads);
        Done done = operation.batch(threads);
        assertThat(done.operations()).isPositive();
        assertThat(done.created()).isNotNegative();
        assertThat(done.apartNanos()).isNotNegative();
    }

    @Test
    void aTreeCountsItsGoroutines() throws InterruptedException {
        onWeft(
                1,
                threads -> {
                    Done done = new Skynet(SMALL_TREE).batch(threads);
                    assertThat(done.created()).isEqualTo(1_111);
                });
    }

    @Test
    void whatIsApartIsNotInTheCost() {
        Done both = new Done(1, 0, 600).plus(new Done(1, 0, 200));
        assertThat(both.cost(1_000)).isEqualTo(100);
    }

    @Test
    void aContendedMutexTellsItsLongestWait() throws InterruptedException {
        onWeft(
                2,
                threads -> {
                    ContendedMutex operation = new ContendedMutex(FEW_ACQUISITIONS);
                    assertThat(operation.batch(threads).operations()).isEqualTo(FEW_ACQUISITIONS);
                    Figures figures = new Figures();
                    operation.more(threads, new Window(0, 1, 1), figures);
                    assertThat(figures.toString()).startsWith("longest_wait_us=");
                });
    }

    @Test
    void sleepersAreAllAliveAtOnce() throws InterruptedException {
        onJdk(
                threads -> {
                    Figures figures = new Figures();
                    new Sleepers(FEW).measure(threads, figures);
                    assertThat(figures.toString())
                            .contains("alive_at_once=" + FEW, "rss_bytes_per_goroutine=");
                });
    }

    @Test
    void aWindowSaysWhetherItWasSteady() throws InterruptedException {
        onJdk(
                threads -> {
                    Figures figures = new Figures();
                    new Window(0, 1, 1).measure(new SpawnBatch(), threads, figures);
                    assertThat(figures.toString())
                            .contains("ns_per_op=", "created_per_batch=10000", "steady=");
                });
    }

    @Test
    void aWrongResultIsAnError() {
        assertThatThrownBy(() -> WrongResultException.check("sum", 1, 2))
                .isInstanceOf(WrongResultException.class)
                .hasMessage("sum: 1, but 2 is right");
    }

    @Test
    void allNamesAreOperations() {
        List<String> names =
                Operations.ALL.stream()
                        .filter(name -> Operations.has("weft", name))
                        .filter(name -> !name.equals(Program.SLEEPERS))
                        .toList();
        assertThat(Program.OPERATIONS.keySet()).containsExactlyInAnyOrderElementsOf(names);
    }
}
