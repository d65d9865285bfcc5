package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class DemoProcessTest {

    @TempDir private Path directory = Path.of("");

    @Test
    void endsWithTheTableAndItsFiles() throws Exception {
        try (Tool demo = Tool.weft(directory, "demo", "--connections", "30", "--seconds", "0.5")) {
            demo.assertEndsWith(0);
            assertThat(demo.err()).isEmpty();
            assertThat(demo.out())
                    .contains("CPU ns/message", "EAGAINs", "endless loops")
                    .containsPattern("\n +1 +n/a")
                    .containsPattern("\n +30 +n/a");
        }
        Path files = directory.resolve("target/demo");
        JsonObject report =
                JsonParser.parseString(Files.readString(files.resolve("demo.json")))
                        .getAsJsonObject();
        assertThat(report.getAsJsonArray("stages")).hasSize(2);
        assertThat(report.getAsJsonObject("busy").get("lost").getAsLong()).isZero();
        assertThat(Files.readString(files.resolve("demo.html"))).contains("<td>30</td>");
    }

    @Test
    void goesOnWithAsManyConnectionsAsTheLimitAllows() throws Exception {
        String command = "ulimit -n 150; exec $WEFT demo --connections 5000 --seconds 0.2";
        try (Tool demo = Tool.shell(directory, command)) {
            demo.assertEndsWith(0);
            assertThat(demo.err()).contains("RLIMIT_NOFILE", "goes on with");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "KILL"})
    void nothingIsLeftRunningWhenItIsEnded(String signal) throws Exception {
        try (Tool demo = Tool.weft(directory, "demo", "--connections", "5", "--seconds", "60")) {
            List<ProcessHandle> children = children(demo);

            demo.signal(signal);

            assertThat(demo.awaitExit()).isNotZero();
            for (ProcessHandle child : children) {
                child.onExit().get(30, TimeUnit.SECONDS);
                assertThat(child.isAlive()).isFalse();
            }
        }
    }

    /** Waits until server and load are there. */
    private static List<ProcessHandle> children(Tool demo) throws InterruptedException {
        List<ProcessHandle> children = demo.handle().descendants().toList();
        while (children.size() < 2) {
            assertThat(demo.handle().isAlive()).isTrue();
            Thread.sleep(10);
            children = demo.handle().descendants().toList();
        }
        return children;
    }
}
