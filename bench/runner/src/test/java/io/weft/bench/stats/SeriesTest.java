package io.weft.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeriesTest {

    private static final Cell CELL = Cell.echo(100, 1, 64);

    @Test
    void theMedianIsTheMiddleOrTheMeanOfTheTwoInTheMiddle() {
        assertThat(Summary.of(List.of(9.0, 1.0, 2.0))).hasValue(new Summary(2, 1, 9, 3));
        assertThat(Summary.of(List.of(4.0, 1.0, 2.0, 9.0))).hasValue(new Summary(3, 1, 9, 4));
        assertThat(Summary.of(List.of())).isEmpty();
    }

    @Test
    void ratiosAreComputedWithinRounds() {
        List<Sample> samples =
                List.of(
                        sample("weft", 1, 10, false),
                        sample("go", 1, 20, false),
                        sample("weft", 2, 100, false),
                        sample("go", 2, 100, false),
                        sample("weft", 3, 7, false));

        // The ratio of the medians would be 10 / 60.
        assertThat(series(samples, "weft").ratioTo(series(samples, "go")))
                .hasValue(new Summary(0.75, 0.5, 1, 2));
    }

    @Test
    void aBusyRoundCountsOnlyWhereNoneWasQuiet() {
        List<Sample> samples =
                List.of(
                        sample("weft", 1, 10, false),
                        sample("weft", 2, 99, true),
                        sample("go", 2, 33, true));

        assertThat(series(samples, "weft").summary()).hasValue(new Summary(10, 10, 10, 1));
        assertThat(series(samples, "weft").isBusy()).isFalse();
        assertThat(series(samples, "go").summary()).hasValue(new Summary(33, 33, 33, 1));
        assertThat(series(samples, "go").isBusy()).isTrue();
    }

    @Test
    void aRatioWithoutARoundThatWasQuietForBothIsMarked() {
        List<Sample> samples =
                List.of(
                        sample("weft", 1, 10, false),
                        sample("go", 1, 20, true),
                        sample("weft", 2, 10, true),
                        sample("go", 2, 40, false));
        Series weft = series(samples, "weft");

        assertThat(weft.ratioTo(series(samples, "go"))).hasValue(new Summary(0.375, 0.25, 0.5, 2));
        assertThat(weft.isRatioBusy(series(samples, "go"))).isTrue();
        assertThat(weft.isRatioBusy(weft)).isFalse();
    }

    @Test
    void nothingMeasuredIsNoFigureAndNoRatio() {
        Sample problem = new Sample("r", "echo", CELL, "go", 1, Map.of("f", 1.0), false, "died");
        Series go = series(List.of(problem), "go");

        assertThat(go.isEmpty()).isTrue();
        assertThat(go.isBusy()).isFalse();
        assertThat(go.summary()).isEmpty();
        assertThat(go.ratioTo(go)).isEmpty();
        assertThat(go.isRatioBusy(go)).isFalse();
    }

    private static Series series(List<Sample> samples, String server) {
        return Series.of(samples, CELL, server, "f");
    }

    private static Sample sample(String server, int round, double value, boolean busy) {
        return new Sample("r", "echo", CELL, server, round, Map.of("f", value), busy, null);
    }
}
