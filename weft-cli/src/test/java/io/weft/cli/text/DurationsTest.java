package io.weft.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0ns",
        "999, 999ns",
        "1000, 1.00us",
        "45678, 45.7us",
        "812345, 812us",
        "1230000, 1.23ms",
        "59000000, 59.0ms",
        "2050000000, 2.05s",
        "361000000000, 361s"
    })
    void choosesTheUnitThatLeavesThreeDigits(long nanos, String text) {
        assertThat(Durations.text(nanos)).isEqualTo(text);
    }
}
