package io.weft;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.sync.Chan;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LeakTest {

    /** The program: goroutines on channels that nobody keeps, and on one that somebody does. */
    static final class Program {

        /** What a carrier, or a spare one, has run last may be kept by it for a while. */
        private static final int MOST = 95;

        private Program() {}

        public static void main(String[] args) throws Exception {
            WeftRuntime runtime = Weft.builder().procs(1).trackGoroutines().build();
            Chan<Integer> kept = Chan.unbuffered();
            for (int i = 0; i < 100; i++) {
                leak(runtime);
            }
            for (int i = 0; i < 10; i++) {
                runtime.go(() -> waitOn(kept));
            }
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (runtime.findLeaks().size() < MOST && System.nanoTime() < deadline) {
                System.gc();
                // Or a carrier would still have the last of them on its stack.
                runtime.run(() -> {});
            }
            List<LeakedGoroutine> leaks = runtime.findLeaks();
            System.out.println("most=" + (leaks.size() >= MOST));
            System.out.println("all=" + (runtime.counters().liveGoroutines() + leaks.size()));
            System.out.println("place=" + leaks.getFirst().startedAt().getFirst());
            String dump = runtime.dumpGoroutines();
            while (!dump.contains("10 goroutines WAITING") && System.nanoTime() < deadline) {
                Thread.sleep(1); // some may be on their way still
                dump = runtime.dumpGoroutines();
            }
            System.out.println(dump);
            kept.close();
            runtime.shutdown(Duration.ofSeconds(1));
            System.out.println("live=" + (runtime.counters().liveGoroutines() <= 100 - MOST));
        }

        private static void leak(WeftRuntime runtime) {
            Chan<Integer> forgotten = Chan.unbuffered();
            runtime.go(() -> waitOn(forgotten));
        }

        private static void waitOn(Chan<Integer> channel) {
            try {
                channel.receive();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void whoWaitsForWhatNobodyReachesIsFound() throws Exception {
        ChildProgram.Ending ending =
                ChildProgram.run(Program.class, List.of("-Djdk.trackAllThreads=false"));
        assertThat(ending.output())
                .contains("most=true\n", "all=110\n", "live=true\n")
                .contains("place=io.weft.LeakTest$Program.leak")
                .contains("10 goroutines WAITING")
                .contains("leaked: it waited for what nobody can reach");
        assertThat(ending.status()).isZero();
    }

    @Test
    void aJvmThatKeepsAllThreadsFindsNone() throws Exception {
        ChildProgram.Ending ending = ChildProgram.run(Program.class, List.of());
        assertThat(ending.output()).contains("-Djdk.trackAllThreads=false");
        assertThat(ending.status()).isNotZero();
    }
}
