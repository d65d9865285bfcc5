package io.weft;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.sync.Chan;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LeakTest {

    /** The program: goroutines on channels that nobody keeps, and on one that somebody does. */
    static final class Program {

        private Program() {}

        public static void main(String[] args) throws Exception {
            WeftRuntime runtime = Weft.builder().procs(2).trackGoroutines().build();
            Chan<Integer> kept = Chan.unbuffered();
            for (int i = 0; i < 100; i++) {
                leak(runtime);
            }
            for (int i = 0; i < 10; i++) {
                runtime.go(() -> waitOn(kept));
            }
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (runtime.findLeaks().size() < 100 && System.nanoTime() < deadline) {
                runtime.run(
                        () -> {}); // or a carrier would still have the last of them on its stack
            }
            List<LeakedGoroutine> leaks = runtime.findLeaks();
            System.out.println("leaks=" + leaks.size());
            System.out.println("live=" + runtime.counters().liveGoroutines());
            System.out.println("place=" + leaks.getFirst().startedAt().getFirst());
            System.out.println(runtime.dumpGoroutines());
            kept.close();
            runtime.close(); // waits for those that live, not for those that are gone
            System.out.println("closed");
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
                .contains("leaks=100\n", "live=10\n", "closed")
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
