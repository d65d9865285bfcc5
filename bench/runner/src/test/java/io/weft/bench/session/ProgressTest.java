package io.weft.bench.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @Test
    void theRestIsEstimatedFromThePlanAndThenFromThePace() {
        Progress progress = progress(100);

        assertThat(progress.left(50)).isEqualTo(100);
        progress.done(25);
        assertThat(progress.left(50)).isEqualTo(150);
        progress.part(4);
        assertThat(progress.left(100)).isEqualTo(100);
        progress.done(90);
        assertThat(progress.left(100)).isZero();
    }

    @Test
    void itIsOneLine() {
        progress(600).next("round 1");

        assertThat(said.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("weft bench echo: round 1; about 10 min left");
    }

    private Progress progress(double seconds) {
        return new Progress(new PrintStream(said, true, StandardCharsets.UTF_8), "echo", seconds);
    }
}
