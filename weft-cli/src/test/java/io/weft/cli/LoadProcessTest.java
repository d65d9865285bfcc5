package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LoadProcessTest {

    @TempDir private Path directory = Path.of("");

    @Test
    void echoAndLoadWorkTogether() throws Exception {
        try (Tool echo = Tool.weft(directory, "echo", "--port", "0");
                Tool load = load(echo.awaitPort(), "50 --seconds 0.5 --json load.json")) {
            load.assertEndsWith(0);
            assertThat(load.out())
                    .matches(
                            "connections=50 msg/s=[1-9]\\d* p50=\\S+ p99=\\S+ p99.9=\\S+ max=\\S+"
                                    + " errors=0\n");
            JsonObject json =
                    JsonParser.parseString(Files.readString(directory.resolve("load.json")))
                            .getAsJsonObject();
            assertThat(json.get("connections").getAsInt()).isEqualTo(50);
            assertThat(json.get("errors").getAsInt()).isZero();

            echo.signal("TERM");
            echo.assertEndsWith(0);
            assertThat(echo.out())
                    .containsPattern("served connections=50 messages=\\d+ .*errors=0");
        }
    }

    @Test
    void theOpenLoopRunsAtItsRate() throws Exception {
        try (Tool echo = Tool.weft(directory, "echo", "--port", "0");
                Tool load = load(echo.awaitPort(), "10 --seconds 1 --rate 500")) {
            load.assertEndsWith(0);
            String rate = load.await(Pattern.compile("msg/s=(\\d+)")).group(1);
            assertThat(Integer.parseInt(rate)).isBetween(400, 600);
        }
    }

    @Test
    void aServerThatIsToldToStopUnderLoadDrainsAndEnds() throws Exception {
        try (Tool echo = Tool.weft(directory, "echo", "--port", "0", "--control");
                Tool load = load(echo.awaitPort(), "20 --seconds 60")) {
            Pattern busy = Pattern.compile("\"messages\":[1-9]\\d{2}");
            while (!busy.matcher(echo.out()).find()) {
                echo.tell("stats");
                Thread.sleep(20);
            }

            echo.signal("TERM");

            echo.assertEndsWith(0);
            assertThat(echo.out()).contains("served connections=20 ");
            load.assertEndsWith(Main.FAILED);
            assertThat(load.out()).contains("errors=20");
        }
    }

    @Test
    void aRefusedConnectionIsOneLine() throws Exception {
        String port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = String.valueOf(socket.getLocalPort());
        }
        try (Tool load = load(port, "3")) {
            load.assertEndsWith(Main.FAILED);
            assertThat(load.err().lines()).hasSize(1);
            assertThat(load.err()).contains("ECONNREFUSED", port);
            assertThat(load.out()).contains("connections=0", "errors=3");
        }
    }

    @Test
    void moreConnectionsThanTheLimitAreRefusedBeforeTheStart() throws Exception {
        String command = "ulimit -n 300; exec $WEFT load --connect 127.0.0.1:9 --connections 5000";
        try (Tool load = Tool.shell(directory, command)) {
            load.assertEndsWith(Main.FAILED);
            assertThat(load.err().lines()).hasSize(1);
            assertThat(load.err()).contains("RLIMIT_NOFILE", "300", "--connections ");
            assertThat(load.out()).isEmpty();
        }
    }

    private Tool load(String port, String rest) throws Exception {
        String line =
                "$WEFT load --connect 127.0.0.1:%s --warm-up 0.2 --connections %s"
                        .formatted(port, rest);
        return Tool.shell(directory, "exec " + line);
    }
}
