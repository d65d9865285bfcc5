package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {

    private static final String LOAD = "load --connect 127.0.0.1:1 --connections ";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(strings = {"echo", "load", "demo", "million"})
    void everyCommandExplainsItself(String command) {
        assertThat(run(command + " --help")).isZero();
        assertThat(out.toString()).contains("Usage: weft " + command);
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'', 'Missing required subcommand'",
        "echo, 'Missing required option: ''--port=N'''",
        "echo --port x, 'Invalid value for option ''--port'''",
        "echo --port 1 --nonsense, 'Unknown option: ''--nonsense'''",
        "load --connections 1, 'Missing required option: ''--connect=HOST:PORT'''"
    })
    void misuseIsOneLineAndStatusTwo(String line, String reason) {
        assertThat(run(line)).isEqualTo(Main.MISUSED);
        assertThat(err.toString()).contains(reason, "--help");
        assertThat(err.toString().lines()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "echo --port 65536, port 65536 is out of range",
        "echo --port 0 --bind no-such-host.invalid, unknown host",
        "echo --port 0 --procs -1, --procs -1 is out of range",
        "echo --port 0 --procs 4097, --procs 4097 is out of range",
        "echo --port 0 --processes 2, --processes 2: add --reuseport",
        "echo --port 0 --reuseport --processes 0, --processes 0 is out of range",
        "echo --port 0 --reuseport --processes 65, --processes 65 is out of range: use 1 to 64",
        "echo --port 0 --reuseport --processes 2 --procs -1, --procs -1 is out of range",
        "echo --port 0 --reuseport --processes 2 --control, leave --processes out",
        LOAD + "0, --connections 0",
        LOAD + "1 --size 0, --size 0",
        LOAD + "1 --size 1048577, --size 1048577",
        LOAD + "1 --depth 0, --depth 0",
        LOAD + "1 --seconds 0, --seconds 0",
        LOAD + "1 --seconds NaN, --seconds NaN",
        LOAD + "1 --warm-up -1, --warm-up -1",
        LOAD + "1 --rate 0, --rate 0",
        LOAD + "100000000, RLIMIT_NOFILE",
        "load --connect nonsense --connections 1, nonsense is not HOST:PORT",
        "demo --connections 0, --connections 0",
        "demo --seconds -1, --seconds -1",
        "demo --procs 0, --procs 0",
        "million --connections 0, --connections 0",
        "million --connections 20000001, --connections 20000001",
        "million --active 0, --active 0",
        "million --active 101, --active 101",
        "million --rate 0.5, --rate 0.5",
        "million --seconds 0, --seconds 0",
        "million --procs 0, --procs 0",
        "million --connections 1 --poller nonsense, there is no poller nonsense",
        "million --connections 20000000 --poller epoll, RLIMIT_NOFILE",
        "echo --port 0 --poller nonsense, there is no poller nonsense",
        "hold --connect 127.0.0.1:1 --capacity 0, --capacity 0",
        "hold --connect 127.0.0.1:1 --capacity 1 --destinations 0, --destinations 0"
    })
    void whatCannotBeDoneIsOneLineAndStatusOne(String line, String reason) {
        assertThat(run(line)).isEqualTo(Main.FAILED);
        assertThat(err.toString()).contains(reason);
        assertThat(err.toString().lines()).hasSize(1);
    }

    private int run(String line) {
        List<String> words = line.isEmpty() ? List.of() : List.of(line.split(" "));
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(words.toArray(String[]::new));
    }
}
