package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes of the echo server on one port. */
@Timeout(240)
class EchoWorkersProcessTest {

    /** So many that each process gets some: that one gets none has a chance of 2 in 2^40. */
    private static final int CONNECTIONS = 40;

    private static final Pattern LISTENING =
            Pattern.compile(
                    "listening on 127\\.0\\.0\\.1:\\d+ processes=2 procs=1 poller=\\w+"
                            + " pids=(\\d+),(\\d+)\n");

    /** A row of the table: pid or total, connections, messages, bytes, errors, CPU, mark. */
    private static final Pattern ROW =
            Pattern.compile(
                    "(?m)^ *(\\d+|total) +([\\d,]+) +([\\d,]+) +([\\d,]+) +(\\d+) +\\d+\\.\\d\\d(?:"
                            + "  (.*))?$");

    private record Row(
            String name, long connections, long messages, long bytes, long errors, String mark) {}

    @TempDir private Path directory = Path.of("");

    @Test
    void theyShareTheConnectionsAndOneTableSumsUp() throws Exception {
        try (Tool echo = two()) {
            List<ProcessHandle> processes = processes(echo);
            String load = "load --seconds 0.3 --warm-up 0.1 --connections " + CONNECTIONS;
            String target = " --connect 127.0.0.1:" + echo.awaitPort();
            try (Tool client = Tool.weft(directory, (load + target).split(" "))) {
                client.assertEndsWith(0);
            }
            echo.signal("TERM");

            echo.assertEndsWith(0);
            assertGone(processes);
            List<Row> rows = rows(echo);
            assertThat(rows).allMatch(row -> row.connections() > 0 && row.mark().isEmpty());
            assertThat(rows.getLast().connections()).isEqualTo(CONNECTIONS);
            assertThat(rows.getLast().messages()).isPositive();
            assertThat(rows.getLast().bytes()).isEqualTo(64 * rows.getLast().messages());
            assertSummedUp(echo, rows);
            assertThat(echo.err()).isEmpty();
        }
    }

    @Test
    void aKilledProcessIsToldAndTheOtherServesOn() throws Exception {
        try (Tool echo = two()) {
            List<ProcessHandle> processes = processes(echo);
            long killed = processes.getFirst().pid();
            for (int i = 0; i < CONNECTIONS; i++) {
                echoOnce(echo);
            }
            Thread.sleep(5_000); // the figures of a killed process are those of the second before
            processes.getFirst().destroyForcibly();
            String told = "process %d was ended by signal 9; 1 of 2 serve on".formatted(killed);
            awaitError(echo, told);
            for (int i = 0; i < CONNECTIONS; i++) {
                echoOnce(echo);
            }
            echo.signal("TERM");

            echo.assertEndsWith(Main.FAILED);
            assertGone(processes);
            List<Row> rows = rows(echo);
            assertThat(rows.getFirst().mark())
                    .isEqualTo("was ended by signal 9; last known figures");
            assertThat(rows.getFirst().messages()).isPositive();
            assertThat(rows.get(1).mark()).isEmpty();
            assertThat(rows.getLast().messages()).isEqualTo(2 * CONNECTIONS);
            assertSummedUp(echo, rows);
            assertThat(echo.err().lines()).hasSize(1);
        }
    }

    @Test
    void aSignalThatReachesAllOfThemIsNoFailure() throws Exception {
        try (Tool echo = two()) {
            List<ProcessHandle> processes = processes(echo);
            List<String> kill = new ArrayList<>(List.of("kill", "-INT"));
            processes.forEach(process -> kill.add(String.valueOf(process.pid())));
            kill.add(String.valueOf(echo.handle().pid()));

            new ProcessBuilder(kill).start().waitFor(); // as Ctrl-C does at a terminal

            echo.assertEndsWith(0);
            assertGone(processes);
            assertSummedUp(echo, rows(echo));
            assertThat(echo.err()).isEmpty();
        }
    }

    @Test
    void nothingIsLeftWhenItIsEndedBeforeItServes() throws Exception {
        String command = "echo --port 0 --reuseport --processes 2 --warm-up 1000000";
        try (Tool echo = Tool.weft(directory, command.split(" "))) {
            ProcessHandle process = awaitChild(echo);

            echo.signal("TERM");

            assertThat(echo.awaitExit()).isNotZero();
            assertGone(List.of(process));
            assertThat(echo.out()).isEmpty();
            assertThat(echo.err()).isEmpty();
        }
    }

    @Test
    void withoutAnyProcessItEnds() throws Exception {
        try (Tool echo = two()) {
            processes(echo).forEach(ProcessHandle::destroyForcibly);

            echo.assertEndsWith(Main.FAILED);
            assertThat(echo.err()).contains("0 of 2 serve on", "no process is left");
            assertThat(rows(echo)).hasSize(3);
        }
    }

    @Test
    void nothingIsLeftWhenTheParentIsKilled() throws Exception {
        try (Tool echo = two()) {
            List<ProcessHandle> processes = processes(echo);

            echo.signal("KILL");

            assertThat(echo.awaitExit()).isNotZero();
            assertGone(processes);
        }
    }

    @Test
    void whatAProcessComplainsOfIsPassedOn() throws Exception {
        try (Tool echo = two();
                SocketChannel client = SocketChannel.open(address(echo))) {
            fill(client); // and read nothing: its echo is not finished when the drain is over

            echo.signal("TERM");

            echo.assertEndsWith(0);
            assertThat(echo.err()).containsPattern("process \\d+: .*1 connections were cut");
            assertThat(rows(echo).getLast().errors()).isEqualTo(1);
        }
    }

    @Test
    void aPortInUseIsOneLine() throws Exception {
        try (Tool first = Tool.weft(directory, "echo", "--port", "0", "--warm-up", "0")) {
            String port = first.awaitPort();
            String command = "echo --reuseport --processes 2 --warm-up 0 --port " + port;
            try (Tool second = Tool.weft(directory, command.split(" "))) {
                second.assertEndsWith(Main.FAILED);
                assertThat(second.err().lines()).hasSize(1);
                assertThat(second.err()).contains("EADDRINUSE", port, "--port");
                assertThat(second.out()).isEmpty();
            }
        }
    }

    private Tool two() throws IOException {
        String command = "echo --port 0 --reuseport --processes 2 --procs 1 --warm-up 0";
        return Tool.weft(directory, command.split(" "));
    }

    private static List<ProcessHandle> processes(Tool echo) throws Exception {
        List<ProcessHandle> processes = new ArrayList<>();
        for (int group = 1; group <= 2; group++) {
            long pid = Long.parseLong(echo.await(LISTENING).group(group));
            processes.add(ProcessHandle.of(pid).orElseThrow());
        }
        return processes;
    }

    /** The launcher's own children, which end at once, are not meant. */
    private static ProcessHandle awaitChild(Tool echo) throws Exception {
        while (true) {
            for (ProcessHandle each : echo.handle().descendants().toList()) {
                if (each.info().commandLine().orElse("").endsWith("--control")) {
                    return each;
                }
            }
            assertThat(echo.handle().isAlive()).isTrue();
            Thread.sleep(10);
        }
    }

    private static void assertGone(List<ProcessHandle> processes) throws Exception {
        for (ProcessHandle process : processes) {
            process.onExit().get(30, TimeUnit.SECONDS);
            assertThat(process.isAlive()).isFalse();
        }
    }

    private static InetSocketAddress address(Tool echo) throws Exception {
        int port = Integer.parseInt(echo.awaitPort());
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static void echoOnce(Tool echo) throws Exception {
        InetSocketAddress address = address(echo);
        try (Socket client = new Socket(address.getAddress(), address.getPort())) {
            client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = client.getInputStream().readNBytes(5);
            assertThat(answer).asString(StandardCharsets.US_ASCII).isEqualTo("hello");
        }
    }

    /** Writes until the server cannot take more, since nobody reads what it sends back. */
    private static void fill(SocketChannel client) throws Exception {
        client.configureBlocking(false);
        int refused = 0;
        while (refused < 20) {
            if (client.write(ByteBuffer.allocate(1 << 16)) == 0) {
                refused++;
                Thread.sleep(20);
            } else {
                refused = 0;
            }
        }
    }

    private static void awaitError(Tool echo, String text) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!echo.err().contains(text)) {
            assertThat(System.nanoTime() - deadline < 0)
                    .as("waited for %s%nerrors: %s", text, echo.err())
                    .isTrue();
            Thread.sleep(10);
        }
    }

    private static List<Row> rows(Tool echo) throws IOException {
        return ROW.matcher(echo.out())
                .results()
                .map(
                        row -> {
                            List<Long> figures =
                                    Arrays.asList(2, 3, 4, 5).stream()
                                            .map(row::group)
                                            .map(text -> Long.valueOf(text.replace(",", "")))
                                            .toList();
                            return new Row(
                                    row.group(1),
                                    figures.get(0),
                                    figures.get(1),
                                    figures.get(2),
                                    figures.get(3),
                                    row.group(6) == null ? "" : row.group(6));
                        })
                .toList();
    }

    private static void assertSummedUp(Tool echo, List<Row> rows) throws IOException {
        assertThat(rows).hasSize(3);
        Row total = rows.getLast();
        List<Row> each = rows.subList(0, 2);
        assertThat(total.name()).isEqualTo("total");
        assertThat(each.stream().mapToLong(Row::connections).sum()).isEqualTo(total.connections());
        assertThat(each.stream().mapToLong(Row::messages).sum()).isEqualTo(total.messages());
        assertThat(each.stream().mapToLong(Row::bytes).sum()).isEqualTo(total.bytes());
        assertThat(echo.out())
                .endsWith(
                        "\nserved connections=%d messages=%d bytes=%d errors=%d\n"
                                .formatted(
                                        total.connections(),
                                        total.messages(),
                                        total.bytes(),
                                        total.errors()));
    }
}
