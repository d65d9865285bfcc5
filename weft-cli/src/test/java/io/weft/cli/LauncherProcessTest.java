package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class LauncherProcessTest {

    private static final int USAGE = 64;
    private static final int NO_INPUT = 66;
    private static final int UNAVAILABLE = 69;

    @TempDir private Path directory = Path.of("");

    @Test
    void runsOneFileAndPassesArgumentsAndStatusOn() throws Exception {
        Files.writeString(
                directory.resolve("Program.java"),
                """
                import io.weft.Weft;

                void main(String[] args) {
                    int[] status = {0};
                    Weft.run(() -> {
                        status[0] = Thread.currentThread().isVirtual() ? 7 : 1;
                    });
                    IO.println(String.join("|", args));
                    System.exit(status[0]);
                }
                """);

        try (Tool run = Tool.weft(directory, "run", "Program.java", "a b", "c")) {
            run.assertEndsWith(7);
            assertThat(run.out()).isEqualTo("a b|c\n");
            assertThat(run.err()).isEmpty();
        }
    }

    @Test
    void aProgramThatDoesNotCompileSaysWhere() throws Exception {
        Files.writeString(directory.resolve("Broken.java"), "void main() { nonsense }\n");

        try (Tool run = Tool.weft(directory, "run", "Broken.java")) {
            run.assertEndsWith(1);
            assertThat(run.err()).contains("Broken.java:1: error");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "$WEFT run Missing.java, 66, there is no file Missing.java",
        "$WEFT run Program.txt, 64, is not a .java file",
        "$WEFT nonsense, 64, unknown command nonsense"
    })
    void refusesInOneLine(String command, int status, String reason) throws Exception {
        try (Tool weft = Tool.shell(directory, command)) {
            assertThat(weft.awaitExit()).isEqualTo(status).isIn(USAGE, NO_INPUT);
            assertThat(weft.err()).contains(reason);
            assertThat(weft.err().lines()).hasSize(1);
        }
    }

    @Test
    void aMachineWithoutTheJdkIsToldWhatToInstall() throws Exception {
        // The usual folders cannot be hidden, so the launcher is given a grep that finds no JDK 25.
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Path grep = Files.writeString(bin.resolve("grep"), "#!/bin/sh\nexit 1\n");
        assertThat(grep.toFile().setExecutable(true)).isTrue();

        try (Tool weft = Tool.shell(directory, "PATH=" + bin + ":$PATH exec $WEFT echo --port 0")) {
            weft.assertEndsWith(UNAVAILABLE);
            assertThat(weft.err()).contains("no JDK 25", "install", "JAVA_HOME");
            assertThat(weft.err().lines()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "$WEFT --help, Usage: ./weft COMMAND",
        "$WEFT help, ./weft run FILE.java",
        "$WEFT run --help, Usage: ./weft run",
        "$WEFT test --help, Usage: ./weft test",
        "$WEFT echo --help, Usage: weft echo",
        "$WEFT load --help, Usage: weft load",
        "$WEFT demo --help, Usage: weft demo",
        "$WEFT million --help, Usage: weft million",
        "$WEFT --version, weft"
    })
    void explains(String command, String text) throws Exception {
        try (Tool weft = Tool.shell(directory, command)) {
            weft.assertEndsWith(0);
            assertThat(weft.out()).contains(text);
            assertThat(weft.err()).isEmpty();
        }
    }
}
