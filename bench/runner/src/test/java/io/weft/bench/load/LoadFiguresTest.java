package io.weft.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.bench.samples.Cell;
import org.junit.jupiter.api.Test;

class LoadFiguresTest {

    @Test
    void numbersAndWordsAreTakenByTheirNames() throws Exception {
        LoadFigures figures =
                LoadFigures.parse(" seconds=0.800 rate=12345 held=1 why=server x=nan");

        assertThat(figures.numbers())
                .containsEntry("seconds", 0.8)
                .containsEntry("rate", 12345.0)
                .containsEntry("held", 1.0)
                .hasSize(3);
        assertThat(figures.words()).containsEntry("why", "server");
        assertThat(figures.notHeld()).isEmpty();
    }

    @Test
    void anythingElseIsRefusedWithWhatWasSaid() {
        for (String line : new String[] {"", "hello", "=3", "rate=1 oops"}) {
            assertThatThrownBy(() -> LoadFigures.parse(line))
                    .isInstanceOf(LoadException.class)
                    .hasMessageContaining("the load generator says: " + line);
        }
    }

    @Test
    void aScheduleThatWasNotHeldSaysWhoseFaultItWas() throws Exception {
        String line = " target_rate=50000 rate=41000 send_late_p99_us=1500 held=0 why=";

        assertThat(LoadFigures.parse(line + "server").notHeld())
                .startsWith("the server did not hold 50,000 messages/s: 41,000 came");
        assertThat(LoadFigures.parse(line + "generator").notHeld())
                .startsWith("the load generator did not hold");
    }

    @Test
    void optionsBecomeArguments() {
        LoadOptions closed = LoadOptions.closed(Cell.echo(10_000, 16, 64), "1").withWindow(0.2, 1);

        assertThat(String.join(" ", closed.arguments()))
                .isEqualTo(
                        "--connections 10000 --depth 16 --size 64 --warmup 0.200 --seconds 1.000"
                                + " --sources 8");
        assertThat(String.join(" ", closed.withRate(70_000.4).withThreads(2).arguments()))
                .contains("--rate 70000", "--threads 2");
    }
}
