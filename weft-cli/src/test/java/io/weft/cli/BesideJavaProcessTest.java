package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is a preview in this JDK, and so only runs in programs that ask for it: {@code
 * StructuredTaskScope} with goroutines; and the README's lines about it.
 */
@Timeout(120)
class BesideJavaProcessTest {

    private static final String RUN =
            "WEFT_JAVA_OPTS='--enable-preview --source 25' exec $WEFT run Program.java";

    /** Forks from a platform thread, and from a goroutine. */
    private static final String INHERITS =
            """
            import io.weft.Weft;
            import java.util.concurrent.StructuredTaskScope.Joiner;

            static final ScopedValue<String> USER = ScopedValue.newInstance();

            void main() throws Exception {
                ScopedValue.where(USER, "ann").call(this::forkThree);
                Weft.<Exception>run(() -> ScopedValue.where(USER, "bob").call(this::forkThree));
            }

            Void forkThree() throws Exception {
                try (var scope = StructuredTaskScope.open(
                        Joiner.<String>allSuccessfulOrThrow(),
                        options -> options.withThreadFactory(Weft.threadFactory()))) {
                    for (int i = 0; i < 3; i++) {
                        scope.fork(() -> USER.get() + " on " + Thread.currentThread());
                    }
                    scope.join().forEach(task -> IO.println(task.get()));
                }
                return null;
            }
            """;

    /** One fork fails, and the others wait for something that never comes. */
    private static final String CANCELS =
            """
            import io.weft.Weft;
            import java.util.concurrent.StructuredTaskScope.FailedException;

            void main() throws Exception {
                waitInVain();
                Weft.<Exception>run(this::waitInVain);
            }

            void waitInVain() throws Exception {
                AtomicInteger interrupted = new AtomicInteger();
                CountDownLatch begun = new CountDownLatch(2);
                try (var scope = StructuredTaskScope.open(
                        StructuredTaskScope.Joiner.<Object>awaitAllSuccessfulOrThrow(),
                        options -> options.withThreadFactory(Weft.threadFactory()))) {
                    for (int i = 0; i < 2; i++) {
                        scope.fork(() -> {
                            begun.countDown();
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException e) {
                                interrupted.incrementAndGet();
                            }
                        });
                    }
                    scope.fork(() -> {
                        begun.await();
                        throw new IOException("disk full");
                    });
                    scope.join();
                } catch (FailedException e) {
                    IO.println(e.getCause().getMessage() + ", interrupted " + interrupted);
                }
            }
            """;

    /** What the README's lines use. */
    private static final String AROUND_THE_LINES =
            """
            import io.weft.*;
            import io.weft.sync.*;
            import java.util.concurrent.StructuredTaskScope.Joiner;

            record Order(int number) {}

            CompletionStage<String> fetch(URI page) {
                return CompletableFuture.supplyAsync(page::toString);
            }

            String ask(URI page) {
                return Thread.currentThread().isVirtual() ? "answer" : "no goroutine";
            }

            void main() throws Exception {
                Weft.<Exception>run(this::lines);
                lines();
            }

            void lines() throws Exception {
                URI uri = URI.create("http://localhost/");
                Chan<Order> orders = Chan.buffered(1);
                orders.send(new Order(7));
                orders.close();
            LINES
                few.close();
                IO.println(page + " " + size.get() + " " + first + " " + answers);
            }
            """;

    @TempDir private Path directory = Path.of("");

    private String run(String program) throws Exception {
        Files.writeString(directory.resolve("Program.java"), program);
        try (Tool tool = Tool.shell(directory, RUN)) {
            tool.assertEndsWith(0);
            return tool.out();
        }
    }

    @Test
    void forksAreGoroutinesAndInheritScopedValues() throws Exception {
        String out = run(INHERITS);

        String goroutine = " on VirtualThread\\[#\\d+]/runnable@weft-M\\d+\n";
        assertThat(out).matches("(ann" + goroutine + "){3}(bob" + goroutine + "){3}");
    }

    @Test
    void aScopeThatFailsInterruptsItsGoroutines() throws Exception {
        assertThat(run(CANCELS)).isEqualTo("disk full, interrupted 2\n".repeat(2));
    }

    @Test
    void theLinesOfTheReadmeDoWhatTheySay() throws Exception {
        String readme = Files.readString(Tool.HOME.resolve("README.md"));
        String lines =
                Pattern.compile("(?s)## Beside what Java has.*?```java\n(.*?)```")
                        .matcher(readme)
                        .results()
                        .findFirst()
                        .orElseThrow()
                        .group(1);

        assertThat(run(AROUND_THE_LINES.replace("LINES", lines)))
                .isEqualTo("http://localhost/ 17 Order[number=7] [answer, answer]\n".repeat(2));
    }
}
