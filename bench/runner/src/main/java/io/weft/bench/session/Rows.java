package io.weft.bench.session;

import io.weft.bench.machine.Quiet;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.stats.Series;
import io.weft.bench.stats.Summary;
import io.weft.bench.text.Figures;
import io.weft.bench.text.Notes;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Figures of samples as cells of a table: what was not measured is a dash with the number of its
 * reason, what was measured on a busy machine has a star. Used by one thread.
 */
public final class Rows {

    private static final int RATIO_DIGITS = 3;
    private static final String DASH = "-";

    private final List<Sample> samples;
    private final Notes notes = new Notes(Quiet.starText());

    public Rows(Collection<Sample> samples) {
        this.samples = List.copyOf(samples);
    }

    public Series series(Cell cell, String server, String figure) {
        return Series.of(samples, cell, server, figure);
    }

    /** {@code median (least–most)}, with a note where some rounds have none. */
    public String spread(Cell cell, String server, String figure, int digits) {
        Series series = series(cell, server, figure);
        return series.summary()
                .map(s -> marked(series.isBusy(), Figures.spread(s, digits)))
                .map(text -> text + lostRounds(cell, server))
                .orElseGet(() -> notes.dash(reason(cell, server, figure)));
    }

    /** The median alone, times a factor; a dash stands beside one that has the reason. */
    public String median(Cell cell, String server, String figure, Shown shown) {
        return series(cell, server, figure)
                .summary()
                .map(s -> Figures.number(s.median() * shown.factor(), shown.digits()))
                .orElse(DASH);
    }

    /** How a median is shown. */
    public record Shown(double factor, int digits) {}

    /** The ratio of a server to another, round by round; empty for a server to itself. */
    public String ratio(Cell cell, String server, String other, String figure) {
        if (server.equals(other)) {
            return "";
        }
        Series above = series(cell, server, figure);
        Series below = series(cell, other, figure);
        Optional<Summary> ratio = above.ratioTo(below);
        if (ratio.isPresent()) {
            return marked(above.isRatioBusy(below), Figures.spread(ratio.get(), RATIO_DIGITS));
        }
        if (above.isEmpty()) {
            return DASH;
        }
        return notes.dash(
                below.isEmpty()
                        ? reason(cell, other, figure)
                        : "no round gave both, or %s had none".formatted(other));
    }

    private String lostRounds(Cell cell, String server) {
        return samples.stream()
                .filter(s -> s.cell().equals(cell) && s.server().equals(server))
                .filter(s -> !s.isMeasured())
                .findFirst()
                .map(s -> " " + notes.number("round " + s.round() + ": " + s.problem()))
                .orElse("");
    }

    private String marked(boolean busy, String figure) {
        return busy ? notes.star(figure) : figure;
    }

    /** Why there is no figure: what the last sample says. */
    private String reason(Cell cell, String server, String figure) {
        return samples.stream()
                .filter(s -> s.cell().equals(cell) && s.server().equals(server))
                .reduce((first, second) -> second)
                .map(s -> s.isMeasured() ? "the load does not tell " + figure : s.problem())
                .orElse(server + " did not take part");
    }

    /** The notes under the table. */
    public String notes() {
        return notes.toString();
    }
}
