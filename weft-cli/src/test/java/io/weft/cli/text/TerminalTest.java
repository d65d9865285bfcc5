package io.weft.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TerminalTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void aPipeGetsNoLiveLines() {
        Terminal terminal = new Terminal(out, false);

        terminal.show("10 %");
        terminal.clear();

        assertThat(bytes.size()).isZero();
    }

    @Test
    void aTerminalGetsOneLineOverAndOver() {
        Terminal terminal = new Terminal(out, true);

        terminal.show("10 %");
        terminal.show("20 %");
        terminal.clear();

        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .isEqualTo("\r\033[K10 %\r\033[K20 %\r\033[K");
    }

    @Test
    void aBarIsFilledByItsFraction() {
        assertThat(Terminal.bar(0, 4)).isEqualTo("░░░░");
        assertThat(Terminal.bar(0.5, 4)).isEqualTo("██░░");
        assertThat(Terminal.bar(1.7, 4)).isEqualTo("████");
    }
}
