package io.weft.bench.echo;

import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.stats.Series;
import io.weft.bench.stats.Summary;
import java.util.Collection;
import java.util.OptionalDouble;

/** The rate of an open loop: a share of what the slowest server does in the closed one. */
final class SlowestRate {

    private SlowestRate() {}

    /**
     * In messages per second, the same for all servers; absent where no server was measured. Once a
     * cell was measured at a rate, it keeps it, so that forks can be compared.
     */
    static OptionalDouble of(Collection<Sample> samples, Cell cell) {
        OptionalDouble before =
                samples.stream()
                        .filter(s -> s.cell().equals(cell) && s.isMeasured())
                        .mapToDouble(s -> s.figure("target_rate").orElse(0))
                        .filter(rate -> rate > 0)
                        .findFirst();
        return before.isPresent() ? before : slowest(samples, cell);
    }

    private static OptionalDouble slowest(Collection<Sample> samples, Cell cell) {
        Cell closed = cell.atMost();
        double share = Double.parseDouble(String.valueOf(cell.rate())) / 100;
        return samples.stream()
                .map(Sample::server)
                .distinct()
                .flatMap(name -> Series.of(samples, closed, name, "rate").summary().stream())
                .mapToDouble(Summary::median)
                .map(rate -> Math.rint(rate * share))
                .filter(rate -> rate > 0)
                .min();
    }
}
