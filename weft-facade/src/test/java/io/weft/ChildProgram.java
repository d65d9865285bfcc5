package io.weft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A program of a test that runs in a JVM of its own. */
final class ChildProgram {

    /** How it ended, and what it wrote to both of its outputs. */
    record Ending(int status, String output) {}

    /** One that runs longer is killed, which ends its output. */
    private static final int PATIENCE_SECONDS = 60;

    private ChildProgram() {}

    /**
     * Runs a class with a {@code main} to its end.
     *
     * @param options for the JVM, beyond those that every program with goroutines needs
     */
    static Ending run(Class<?> program, List<String> options, String... arguments)
            throws IOException, InterruptedException {
        Process process = start(program, options, arguments);
        try {
            byte[] output = process.getInputStream().readAllBytes();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return new Ending(process.exitValue(), new String(output, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * Runs one that does not end, and kills it after a while from its first line of output.
     *
     * @return what it wrote
     */
    static String runFor(Duration time, Class<?> program, List<String> options, String... arguments)
            throws IOException, InterruptedException {
        Process process = start(program, options, arguments);
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            String first = output.readLine();
            assertThat(process.waitFor(time)).as("it ended by itself after " + first).isFalse();
            process.toHandle().destroyForcibly(); // the process would close its output, too
            return first + output.lines().collect(Collectors.joining("\n", "\n", ""));
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(Class<?> program, List<String> options, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(program.getName());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .execute(process::destroyForcibly);
        return process;
    }
}
