package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class MillionProcessTest {

    private static final Pattern FIRST_STAGE = Pattern.compile("100 connections, .*opened/s");

    @TempDir private Path directory = Path.of("");

    @Test
    void endsWithTheTableAndItsFiles() throws Exception {
        try (Tool million = million("--connections", "300", "--seconds", "1")) {
            million.assertEndsWith(0);
            assertThat(million.err()).isEmpty();
            assertThat(million.out())
                    .contains(
                            "300 connections need", "all closed:", "messages over all", "over 1 %")
                    .containsPattern("connections that echoed +300 += 300  met")
                    .containsPattern("messages lost, wrong or not sent +0 += 0  met");
        }
        Path files = directory.resolve("target/million");
        JsonObject report =
                JsonParser.parseString(Files.readString(files.resolve("million.json")))
                        .getAsJsonObject();
        JsonObject row = report.getAsJsonArray("rows").get(0).getAsJsonObject();
        assertThat(row.get("opened").getAsInt()).isEqualTo(300);
        assertThat(row.getAsJsonObject("all").get("answered").getAsLong()).isEqualTo(20_000);
        assertThat(row.getAsJsonObject("active").get("connections").getAsInt()).isEqualTo(3);
        assertThat(report.getAsJsonArray("readings")).isNotEmpty();
        assertThat(Files.readString(files.resolve("million.html"))).contains("<td>300</td>");
    }

    @ParameterizedTest
    @CsvSource({"hold, the load was ended by signal 9", "echo, the server was ended by signal 9"})
    void aProcessThatIsKilledIsNamedAndNoneIsLeft(String victim, String message) throws Exception {
        try (Tool million = million("--connections", "1000", "--seconds", "0.5")) {
            million.await(FIRST_STAGE);
            List<ProcessHandle> children = million.handle().descendants().toList();
            assertThat(children).hasSize(2);

            children.stream()
                    .filter(child -> runs(child, victim))
                    .forEach(ProcessHandle::destroyForcibly);

            million.assertEndsWith(Main.FAILED);
            assertThat(million.err()).contains(message, "(1,000 connections: ");
            assertThat(million.err().lines()).hasSize(1);
            awaitEnd(children);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "KILL"})
    void nothingIsLeftRunningWhenItIsEnded(String signal) throws Exception {
        try (Tool million = million("--connections", "1000", "--seconds", "0.5")) {
            million.await(FIRST_STAGE);
            List<ProcessHandle> children = million.handle().descendants().toList();
            assertThat(children).hasSize(2);

            million.signal(signal);

            assertThat(million.awaitExit()).isNotZero();
            awaitEnd(children);
        }
    }

    @Test
    void whereDescriptorsDoNotSufficeItSaysForHowManyTheyDo() throws Exception {
        String command = "ulimit -n 150; exec $WEFT million --connections 5000 --poller epoll";
        try (Tool million = Tool.shell(directory, command)) {
            million.assertEndsWith(Main.FAILED);
            assertThat(million.err()).contains("RLIMIT_NOFILE", "use --connections ");
            assertThat(million.err().lines()).hasSize(1);
        }
    }

    /** Without what takes long, and with a poller that the limits allow at this size. */
    private Tool million(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("million", "--no-peers", "--poller=epoll"));
        command.addAll(List.of(arguments));
        return Tool.weft(directory, command.toArray(String[]::new));
    }

    private static boolean runs(ProcessHandle child, String command) {
        return Arrays.asList(child.info().arguments().orElseThrow()).contains(command);
    }

    private static void awaitEnd(List<ProcessHandle> children) throws Exception {
        for (ProcessHandle child : children) {
            child.onExit().get(30, TimeUnit.SECONDS);
            assertThat(child.isAlive()).isFalse();
        }
    }
}
