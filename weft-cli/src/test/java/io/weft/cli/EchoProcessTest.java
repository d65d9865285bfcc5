package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class EchoProcessTest {

    @TempDir private Path directory = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalDrainsPrintsTotalsAndEndsWithZero(String signal) throws Exception {
        try (Tool echo = Tool.weft(directory, "echo", "--port", "0", "--procs", "1");
                Socket client = connect(echo)) {
            assertThat(echoed(client)).isEqualTo("hello");

            echo.signal(signal);

            echo.assertEndsWith(0);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(echo.out())
                    .matches(
                            """
                            listening on 127\\.0\\.0\\.1:\\d+ procs=1 poller=epoll pid=\\d+
                            served connections=1 messages=1 bytes=5 errors=0
                            """);
            assertThat(echo.err()).isEmpty();
        }
    }

    @Test
    void aProcessThatStoodStillForSecondsGoesOn() throws Exception {
        try (Tool echo =
                        Tool.weft(
                                directory,
                                "echo",
                                "--port",
                                "0",
                                "--procs",
                                "1",
                                "--read-timeout",
                                "30");
                Socket before = connect(echo)) {
            assertThat(echoed(before)).isEqualTo("hello");

            echo.signal("STOP");
            try (Socket meanwhile = connect(echo)) {
                Thread.sleep(3_000);
                echo.signal("CONT");

                assertThat(echoed(meanwhile)).isEqualTo("hello");
                assertThat(echoed(before)).isEqualTo("hello");
            }
            echo.signal("TERM");
            echo.assertEndsWith(0);
            assertThat(echo.out()).contains("connections=2 messages=3 bytes=15 errors=0");
            assertThat(echo.err()).isEmpty();
        }
    }

    @Test
    void itsProcessIsTheOneThatItNames() throws Exception {
        try (Tool echo = Tool.weft(directory, "echo", "--port", "0")) {
            String pid = echo.await(Pattern.compile("pid=(\\d+)\n")).group(1);

            assertThat(Long.parseLong(pid)).isEqualTo(echo.handle().pid());
        }
    }

    @Test
    void eachProcessorCanListenForItself() throws Exception {
        try (Tool echo =
                        Tool.weft(directory, "echo", "--port", "0", "--procs", "2", "--reuseport");
                Socket client = connect(echo)) {
            assertThat(echoed(client)).isEqualTo("hello");
        }
    }

    @Test
    void aPortInUseIsOneLineAndNothingIsLeft() throws Exception {
        try (Tool first = Tool.weft(directory, "echo", "--port", "0")) {
            String port = first.awaitPort();
            try (Tool second = Tool.weft(directory, "echo", "--port", port)) {
                second.assertEndsWith(Main.FAILED);
                assertThat(second.err().lines()).hasSize(1);
                assertThat(second.err()).contains("EADDRINUSE", port, "--port");
                assertThat(second.out()).isEmpty();
            }
        }
    }

    @Test
    void answersControlCommandsAndEndsWithItsInput() throws Exception {
        try (Tool echo = Tool.weft(directory, "echo", "--port", "0", "--control");
                Socket client = connect(echo)) {
            echoed(client);
            // The client has its answer a moment before the server has counted it.
            Pattern counted = Pattern.compile("\\{.*\"messages\":1,.*\\}");
            while (!counted.matcher(echo.out()).find()) {
                echo.tell("stats");
                Thread.sleep(20);
            }
            JsonObject stats = json(echo, counted.pattern());
            echo.tell("nonsense");
            JsonObject error = json(echo, "\\{\"error\".*\\}");
            echo.endInput();

            assertThat(stats.getAsJsonObject("echo").get("messages").getAsLong()).isEqualTo(1);
            assertThat(stats.get("liveGoroutines").getAsLong()).isEqualTo(2);
            assertThat(stats.get("residentBytes").getAsLong()).isPositive();
            assertThat(error.get("error").getAsString()).contains("nonsense", "stats");
            echo.assertEndsWith(0);
            assertThat(echo.out())
                    .containsPattern(
                            "\\n\\{.*\"messages\":1,.*\\}\n"
                                    + "served connections=1 messages=1 bytes=5 errors=0\n$");
        }
    }

    private static JsonObject json(Tool echo, String pattern) throws Exception {
        String line = echo.await(Pattern.compile(pattern)).group();
        return JsonParser.parseString(line).getAsJsonObject();
    }

    private static Socket connect(Tool echo) throws IOException, InterruptedException {
        int port = Integer.parseInt(echo.awaitPort());
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private static String echoed(Socket client) throws IOException {
        client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
        byte[] answer = client.getInputStream().readNBytes(5);
        return new String(answer, StandardCharsets.US_ASCII);
    }
}
