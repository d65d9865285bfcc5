package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples run as their page says, and find their own results right. */
@Timeout(120)
class ExamplesProcessTest {

    private static final Path EXAMPLES = Tool.HOME.resolve("examples");

    private static final int USAGE = 64;

    /** 128 and the number of SIGTERM: a JVM that a signal ends, with its hooks run. */
    private static final int TERMINATED = 143;

    private static final Pattern LISTENING = Pattern.compile("listening on \\S+:(\\d+)\n");

    @TempDir private Path directory = Path.of("");

    @ParameterizedTest
    @CsvSource({
        "Pipeline.java, the longest walk from 1..100000: Walk[start=77031; steps=350]",
        "WorkerPool.java, primes below 200000; by a group with a limit: 17984",
        "RateLimiter.java, a wait for an hour ended",
        "ChatServer.java --self-test, the server has ended"
    })
    void anExampleFindsItsResultRight(String command, String result) throws Exception {
        try (Tool run = run(command)) {
            run.assertEndsWith(0);
            assertThat(run.out()).contains(result.replace(';', ','));
            assertThat(run.err()).isEmpty();
        }
    }

    @Test
    void thePageNamesEachExampleAndHowToRunIt() throws Exception {
        String page = Files.readString(EXAMPLES.resolve("README.md"));

        try (Stream<Path> files = Files.list(EXAMPLES)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".java"))
                            .toList();
            assertThat(names).hasSize(4);
            assertThat(names)
                    .allSatisfy(
                            name ->
                                    assertThat(page)
                                            .contains("](" + name + ")")
                                            .contains("\n./weft run examples/" + name));
        }
    }

    @Test
    void anExampleWhoseResultIsWrongFails() throws Exception {
        String pipeline = Files.readString(EXAMPLES.resolve("Pipeline.java"));
        String broken = pipeline.replace("longest = longest.orLonger(walk)", "longest = walk");
        assertThat(broken).isNotEqualTo(pipeline);
        Files.writeString(directory.resolve("Pipeline.java"), broken);

        try (Tool run = Tool.weft(directory, "run", "Pipeline.java", "1000")) {
            run.assertEndsWith(1);
            assertThat(run.err()).contains("a plain loop finds another one");
        }
    }

    @Test
    void theChatServerSaysGoodbyeWhenItIsTerminated() throws Exception {
        try (Tool server = run("ChatServer.java --port 0")) {
            int port = Integer.parseInt(server.await(LISTENING).group(1));
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                client.getOutputStream()
                        .write("ann\n/join red\nhello\n".getBytes(StandardCharsets.UTF_8));
                BufferedReader lines = lines(client);
                assertThat(lines.readLine()).isEqualTo("* ann joins");
                assertThat(lines.readLine()).isEqualTo("ann: hello");

                server.signal("TERM");
                assertThat(lines.readLine()).isEqualTo("* the server ends");
                assertThat(lines.readLine()).isNull();
            }
            server.assertEndsWith(TERMINATED);
            assertThat(server.out()).endsWith("everybody has left\n");
            assertThat(server.err()).isEmpty();
        }
    }

    @Test
    void theChatServerSaysHowItIsRun() throws Exception {
        try (Tool run = run("ChatServer.java")) {
            run.assertEndsWith(USAGE);
            assertThat(run.err()).startsWith("Usage: ");
        }
    }

    /** As the page says, but wherever the test is. */
    private Tool run(String command) throws IOException {
        return Tool.shell(directory, "exec $WEFT run " + EXAMPLES + "/" + command);
    }

    private static BufferedReader lines(Socket client) throws IOException {
        return new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
    }
}
