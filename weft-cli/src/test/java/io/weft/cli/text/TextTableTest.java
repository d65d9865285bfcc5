package io.weft.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {

    @Test
    void alignsToTheRightAndSpansGroups() {
        TextTable table = new TextTable();
        table.add("", "n", List.of("1", "100"));
        table.add("latency", "p50", List.of("1ms", "2ms"));
        table.add("latency", "p99", List.of("10ms", "200ms"));

        assertThat(table)
                .hasToString(
                        """
                                latency
                          n  p50    p99
                          1  1ms   10ms
                        100  2ms  200ms
                        """);
    }

    @Test
    void aNarrowGroupIsRuledOverItsColumns() {
        TextTable table = new TextTable();
        table.add("at", "first", List.of("1"));
        table.add("at", "second", List.of("2"));

        assertThat(table).hasToString("---- at -----\nfirst  second\n    1       2\n");
    }

    @Test
    void withoutGroupsThereIsNoGroupLine() {
        TextTable table = new TextTable();
        table.add("", "a", List.of("1"));
        table.add("", "b", List.of("22"));

        assertThat(table).hasToString("a   b\n1  22\n");
    }

    @Test
    void aGroupWiderThanItsColumnsMakesRoom() {
        TextTable table = new TextTable();
        table.add("a long heading", "x", List.of("1"));

        assertThat(table).hasToString("a long heading\n             x\n             1\n");
    }
}
