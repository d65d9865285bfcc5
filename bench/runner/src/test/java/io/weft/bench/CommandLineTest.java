package io.weft.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CommandLineTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense | no measurement nonsense",
                "../weft | no measurement ../weft",
                "echo --peers weft,c | --peers c: unknown server, use some of weft,c-epoll,c-uring",
                "echo --rounds 0 | --rounds 0: use a number from 1 to 100",
                "echo --rounds many | is not an int",
                "echo --connections 1,0 | --connections 0: use a number from 1 to 20000",
                "echo --depth 2000 | --depth 2000: use a number from 1 to 1024",
                "echo --size 65537 | --size 65537: use a number from 1 to 65536",
                "echo --seconds 0.01 | --seconds 0.01: use a number from 0.1 to 60",
                "echo --seconds NaN | --seconds NaN: use a number",
                "echo --grid half | --grid half: use reduced or full",
                "echo --forks 0 | --forks 0: use a number from 1 to 20",
                "memory --connections 0 | --connections 0: use a number from 1 to 100000",
                "memory --peers nobody | --peers nobody: unknown server",
                "idle-cpu --seconds 0 | --seconds 0: use a number",
                "allocation --rounds -1 | --rounds -1: use a number",
                "fairness --only nap | --only nap: unknown, use some of sleep,early,reset",
                "fairness --peers tokio | --peers tokio: unknown, use some of weft,go,jdk",
                "fairness --only price | --only price: needs --before COMMIT",
                "fairness --timers 0 | --timers 0: use a number from 1",
                "churn --cycles 1 | --cycles 1: use a number from 2"
            })
    void aMisuseIsOneLineThatNamesTheCure(String command, String problem) {
        assertThat(run(command.split(" ", -1))).isEqualTo(Main.MISUSED);
        assertThat(err.toString()).contains(problem, "--help").hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void theHelpListsAllMeasurements() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains(
                        "echo",
                        "memory",
                        "micro",
                        "fairness",
                        "idle-cpu",
                        "allocation",
                        "churn",
                        "run-queue")
                .contains("report");
    }

    @Test
    void noNameIsAMisuseThatListsThem() {
        assertThat(run()).isEqualTo(Main.MISUSED);
        assertThat(err.toString()).contains("Usage: weft bench", "echo", "memory");
    }

    private int run(String... arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
