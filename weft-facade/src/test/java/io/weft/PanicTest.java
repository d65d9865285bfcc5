package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PanicTest {

    /** The program: one goroutine fails, another says that it goes on. */
    static final class Program {

        private Program() {}

        public static void main(String[] args) throws Exception {
            Thread failing = Weft.go(Program::fail);
            failing.join();
            TimeUnit.MILLISECONDS.sleep(Integer.parseInt(args[0]));
            Weft.run(() -> System.out.println("goes on"));
        }

        private static void fail() {
            throw new IllegalStateException("boom");
        }
    }

    private static Throwable failureOf(WeftRuntime runtime, Runnable starter) throws Exception {
        BlockingQueue<Throwable> caught = new LinkedBlockingQueue<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> caught.add(failure));
        try (runtime) {
            starter.run();
            Throwable failure = caught.poll(20, TimeUnit.SECONDS);
            assertThat(failure).isNotNull();
            return failure;
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    private static void fail() {
        throw new IllegalStateException("boom");
    }

    @Test
    void itIsReportedWithThePlaceOfTheStart() throws Exception {
        WeftRuntime runtime = Weft.builder().procs(1).build();
        Throwable failure = failureOf(runtime, () -> runtime.go(() -> fail()));
        assertThat(failure).hasMessage("boom");
        assertThat(failure.getSuppressed())
                .singleElement()
                .satisfies(
                        start -> {
                            assertThat(start).hasMessageContaining("first started here");
                            assertThat(start.getStackTrace()[0].getClassName())
                                    .isEqualTo(PanicTest.class.getName());
                            assertThat(start.getStackTrace()[0].getMethodName())
                                    .contains("itIsReportedWithThePlaceOfTheStart");
                        });
    }

    @Test
    void aRuntimeThatTracksKnowsThePlaceExactly() throws Exception {
        Runnable shared = PanicTest::fail;
        WeftRuntime other = Weft.builder().procs(1).build();
        assertThat(failureOf(other, () -> other.go(shared))).hasMessage("boom");
        WeftRuntime runtime = Weft.builder().procs(1).trackGoroutines().build();
        Throwable failure = failureOf(runtime, () -> secondStart(runtime, shared));
        assertThat(failure.getSuppressed()[0])
                .hasMessage("the goroutine was started here")
                .satisfies(
                        start ->
                                assertThat(start.getStackTrace()[0].getMethodName())
                                        .isEqualTo("secondStart"));
    }

    private static void secondStart(WeftRuntime runtime, Runnable task) {
        runtime.go(task);
    }

    @Test
    void aTimersFunctionIsReportedWithWhoMadeTheTimer() throws Exception {
        WeftRuntime runtime = Weft.builder().procs(1).build();
        Throwable failure =
                failureOf(
                        runtime, () -> runtime.after(java.time.Duration.ofMillis(1), () -> fail()));
        assertThat(failure.getSuppressed()[0].getStackTrace()[0].getClassName())
                .isEqualTo(PanicTest.class.getName());
    }

    @Test
    void theProcessGoesOn() throws Exception {
        ChildProgram.Ending ending = ChildProgram.run(Program.class, List.of(), "0");
        assertThat(ending.output())
                .contains("boom", "first started here", "PanicTest$Program.main", "goes on");
        assertThat(ending.status()).isZero();
    }

    @Test
    void theStrictModeEndsIt() throws Exception {
        ChildProgram.Ending ending =
                ChildProgram.run(Program.class, List.of("-Dweft.panic=exit"), "20000");
        assertThat(ending.output()).contains("boom").doesNotContain("goes on");
        assertThat(ending.status()).isEqualTo(ProcessEnd.STATUS);
    }

    @Test
    void aBadSettingIsNamed() throws Exception {
        ChildProgram.Ending ending =
                ChildProgram.run(Program.class, List.of("-Dweft.panic=maybe"), "0");
        assertThat(ending.output()).contains("weft.panic", "[report, exit]", "maybe");
        assertThat(ending.status()).isNotZero();
    }

    @Test
    void whatNobodyTracksIsNotDumped() {
        try (WeftRuntime runtime = Weft.builder().procs(1).build()) {
            assertThatThrownBy(runtime::dumpGoroutines)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("trackGoroutines()");
        }
    }
}
