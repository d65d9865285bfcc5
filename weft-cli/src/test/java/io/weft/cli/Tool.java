package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The real tool, started through its launcher as a person would, with its output in files. */
final class Tool implements AutoCloseable {

    static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    private static final long TIMEOUT_SECONDS = 60;

    private static final Pattern PORT = Pattern.compile("listening on \\S+:(\\d+) ");

    private final Process process;
    private final Path out;
    private final Path err;

    private Tool(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts {@code ./weft} with these arguments. */
    static Tool weft(Path directory, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(HOME.resolve("weft").toString());
        command.addAll(List.of(arguments));
        return start(directory, command);
    }

    /** Starts a command of the shell, which finds the launcher in {@code $WEFT}. */
    static Tool shell(Path directory, String command) throws IOException {
        return start(directory, List.of("sh", "-c", command));
    }

    /** The launcher must not build: these tests run inside of a build. */
    private static Tool start(Path directory, List<String> command) throws IOException {
        Path out = Files.createTempFile(directory, "out", ".txt");
        Path err = Files.createTempFile(directory, "err", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().put("WEFT_BUILD", "never");
        builder.environment().put("WEFT", HOME.resolve("weft").toString());
        return new Tool(builder.start(), out, err);
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Writes a line to the tool's input. */
    void tell(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    void endInput() throws IOException {
        process.getOutputStream().close();
    }

    /** Waits until the output holds a match, and returns it. */
    Matcher await(Pattern pattern) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (true) {
            boolean alive = process.isAlive();
            Matcher matcher = pattern.matcher(out());
            if (matcher.find()) {
                return matcher;
            }
            assertThat(alive && System.nanoTime() - deadline < 0)
                    .as("waited for %s%noutput: %s%nerrors: %s", pattern, out(), err())
                    .isTrue();
            Thread.sleep(10);
        }
    }

    /** Waits until a server says where it listens, and returns its port. */
    String awaitPort() throws IOException, InterruptedException {
        return await(PORT).group(1);
    }

    int awaitExit() throws InterruptedException, IOException {
        assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS))
                .as("ended in time%noutput: %s%nerrors: %s", out(), err())
                .isTrue();
        return process.exitValue();
    }

    /** Waits for the end and checks its status; a wrong one shows what the tool said. */
    void assertEndsWith(int status) throws InterruptedException, IOException {
        int ended = awaitExit();
        assertThat(ended).as("output: %s%nerrors: %s", out(), err()).isEqualTo(status);
    }

    /** Sends a signal by its name, such as INT. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    }

    String out() throws IOException {
        return Files.readString(out);
    }

    String err() throws IOException {
        return Files.readString(err);
    }

    @Override
    public void close() {
        List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
        family.add(process.toHandle());
        family.forEach(ProcessHandle::destroyForcibly);
        family.forEach(each -> each.onExit().join());
    }
}
