package io.weft.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Axes and drawings. */
class ChartTest {

    private static BarChart chart(boolean logarithmic) {
        return new BarChart(
                "cost",
                "a < b",
                logarithmic,
                List.of("1", "10"),
                List.of(
                        new BarChart.Bars("weft", Arrays.asList(3_000.0, null)),
                        new BarChart.Bars("go", Arrays.asList(null, null)),
                        new BarChart.Bars("jdk", Arrays.asList(40_000.0, 5_000.0))));
    }

    @Test
    void theSameFiguresGiveTheSameBytes() {
        assertThat(ChartSvg.draw(chart(true))).isEqualTo(ChartSvg.draw(chart(true)));
    }

    @Test
    void onlyMeasuredFiguresAreDrawn() {
        String svg = ChartSvg.draw(chart(false));
        assertThat(svg).containsOnlyOnce("<title>weft: 3,000</title>").doesNotContain(">go<");
        assertThat(svg.split("<title>jdk: ", -1)).hasSize(3);
    }

    @Test
    void textIsEscaped() {
        assertThat(ChartSvg.draw(chart(false))).contains("a &lt; b").doesNotContain("a < b");
    }

    @Test
    void aLinearAxisEndsAboveTheGreatest() {
        Axis axis = Axis.linear(List.of(3.0, 7.0));
        assertThat(axis.ticks()).containsExactly(0.0, 2.0, 4.0, 6.0, 8.0);
        assertThat(axis.part(4)).isEqualTo(0.5);
    }

    @Test
    void aLogarithmicAxisHoldsAllFigures() {
        Axis axis = Axis.logarithmic(List.of(30.0, 900.0));
        assertThat(axis.least()).isLessThan(30);
        assertThat(axis.most()).isGreaterThanOrEqualTo(900);
        assertThat(axis.part(30)).isBetween(0.0, 0.4);
        assertThat(axis.part(axis.most())).isEqualTo(1);
    }
}
