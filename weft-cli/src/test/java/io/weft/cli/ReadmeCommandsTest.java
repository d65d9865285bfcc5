package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's commands and program do what it says. Left out are those that would call this test
 * again, and measurements, which take long.
 */
@Timeout(240)
class ReadmeCommandsTest {

    private static final Pattern FENCE = Pattern.compile("(?ms)^```(\\w+)\n(.*?)^```$");

    private static final Pattern FILE = Pattern.compile("run (\\w+\\.java)");

    @TempDir private Path directory = Path.of("");

    @Test
    void theDemoRunsToItsEnd() throws Exception {
        String demo = only(commands("./weft demo"));

        try (Tool tool = Tool.shell(directory, real(demo) + " --connections 20 --seconds 0.3")) {
            tool.assertEndsWith(0);
            assertThat(tool.out()).contains("CPU ns/message");
        }
    }

    @Test
    void theMillionRunsToItsEnd() throws Exception {
        String million = only(commands("./weft million"));
        String few = " --connections 300 --seconds 0.3 --no-peers";

        try (Tool tool = Tool.shell(directory, real(million) + few)) {
            tool.assertEndsWith(0);
            assertThat(tool.out()).contains("connections that echoed", "300  met");
        }
    }

    @Test
    void theServerAndTheLoadWorkTogether() throws Exception {
        String echo = only(commands("./weft echo"));
        String load = only(commands("./weft load"));
        String written = port(echo);
        assertThat(load).contains(":" + written);

        try (Tool server = Tool.shell(directory, "exec " + real(echo).replace(written, "0"))) {
            String command = real(load).replace(":" + written, ":" + server.awaitPort());
            try (Tool client = Tool.shell(directory, command + " --seconds 0.3 --warm-up 0.1")) {
                client.assertEndsWith(0);
                assertThat(client.out()).contains("errors=0");
            }
            server.signal("TERM");
            server.assertEndsWith(0);
        }
    }

    @Test
    void theProgramServes() throws Exception {
        String run = only(commands("./weft run"));
        String file = FILE.matcher(run).results().findFirst().orElseThrow().group(1);
        String written = "7000";
        // Blocks that are no program show calls only.
        String program =
                only(blocks("java").stream().filter(b -> b.contains("void main(")).toList());
        assertThat(program).contains(written);
        Files.writeString(directory.resolve(file), program.replace(written, "0"));

        try (Tool server = Tool.shell(directory, "exec " + real(run))) {
            int port = port(server);
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                client.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(client.getInputStream().readNBytes(6))
                        .asString(StandardCharsets.US_ASCII)
                        .isEqualTo("hello\n");
            }
        }
    }

    @Test
    void everyCommandIsOneThatTheLauncherKnows() throws Exception {
        for (String command : commands("./weft ")) {
            String name = command.split(" ", 3)[1];
            try (Tool tool = Tool.shell(directory, "$WEFT " + name + " --help")) {
                assertThat(tool.awaitExit()).as(command).isZero();
            }
        }
    }

    private static int port(Tool server) throws IOException, InterruptedException {
        Pattern listening = Pattern.compile("listening on \\S+:(\\d+)\n");
        return Integer.parseInt(server.await(listening).group(1));
    }

    private static String port(String command) {
        return Pattern.compile("--port (\\d+)")
                .matcher(command)
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
    }

    private static String real(String command) {
        return command.replace("./weft", "$WEFT");
    }

    private static List<String> commands(String start) throws IOException {
        return blocks("sh").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(start))
                .map(line -> line.replaceFirst("\\s+#.*", ""))
                .toList();
    }

    private static List<String> blocks(String language) throws IOException {
        String readme = Files.readString(Tool.HOME.resolve("README.md"));
        return FENCE.matcher(readme)
                .results()
                .filter(block -> block.group(1).equals(language))
                .map((MatchResult block) -> block.group(2))
                .toList();
    }

    private static String only(List<String> all) {
        assertThat(all).hasSize(1);
        return all.getFirst();
    }
}
