package io.weft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A program whose JVM lacks a flag is told which one. */
@Timeout(60)
class UnavailableTest {

    /** The program: says whether Weft is available, then tries to use it all the same. */
    static final class Program {

        private Program() {}

        public static void main(String[] args) {
            System.out.println("available=" + Weft.isAvailable());
            System.out.println("cause=" + Weft.unavailabilityCause().orElse("none"));
            try {
                Weft.run(() -> System.out.println("ran"));
            } catch (UnsupportedOperationException e) {
                System.out.println("refused=" + e.getMessage());
            }
        }
    }

    private static String run(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(Program.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            byte[] output = process.getInputStream().readAllBytes();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            return new String(output, StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void withItsFlagsItRuns() throws Exception {
        assertThat(
                        run(
                                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                                "--enable-native-access=ALL-UNNAMED"))
                .contains("available=true", "cause=none", "ran")
                .doesNotContain("refused", "WARNING");
    }

    @Test
    void withoutTheOpenedPackageItNamesTheFlag() throws Exception {
        assertThat(run("--enable-native-access=ALL-UNNAMED"))
                .contains("available=false")
                .contains("refused=Weft cannot run: ")
                .contains("--add-opens=java.base/java.lang=ALL-UNNAMED")
                .doesNotContain("ran\n");
    }

    @Test
    void withoutNativeAccessItNamesTheFlag() throws Exception {
        assertThat(
                        run(
                                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                                "--illegal-native-access=deny"))
                .contains("available=false")
                .contains("--enable-native-access=ALL-UNNAMED")
                .doesNotContain("ran\n");
    }
}
