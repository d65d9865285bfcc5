package io.weft.bench.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.bench.stats.Summary;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void wordsStandLeftAndFiguresRight() {
        Table table = new Table("server", "µs");
        table.row(List.of("go", "1,234"));

        assertThat(table).hasToString("server     µs\ngo      1,234\n");
    }

    @Test
    void aRowMustFitTheHeadings() {
        assertThatThrownBy(() -> new Table("a", "b").row(List.of("c")))
                .hasMessageContaining("2 headings, 1 cells");
    }

    @Test
    void eachReasonHasOneNumber() {
        Notes notes = new Notes("it was busy");

        assertThat(notes.dash("died")).isEqualTo("- [1]");
        assertThat(notes.dash("left out")).isEqualTo("- [2]");
        assertThat(notes.dash("died")).isEqualTo("- [1]");
        assertThat(notes).hasToString("[1] died%n[2] left out%n".formatted());
        assertThat(notes.star("3")).isEqualTo("3*");
        assertThat(notes.toString()).endsWith("* it was busy\n");
    }

    @Test
    void theSpreadOfOneNumberIsTheNumber() {
        assertThat(Figures.spread(new Summary(1234.5, 1000, 2000, 3), 1))
                .isEqualTo("1,234.5 (1,000.0–2,000.0)");
        assertThat(Figures.spread(new Summary(2, 2, 2, 1), 0)).isEqualTo("2");
    }
}
