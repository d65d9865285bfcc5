package io.weft.bench.stats;

import java.util.Collection;
import java.util.Optional;

/**
 * A few numbers, summed up.
 *
 * @param median the middle one, or the mean of the two in the middle
 * @param least the least
 * @param most the greatest
 * @param count how many they are, at least 1
 */
public record Summary(double median, double least, double most, int count) {

    /** Empty for no numbers. */
    public static Optional<Summary> of(Collection<Double> numbers) {
        if (numbers.isEmpty()) {
            return Optional.empty();
        }
        double[] sorted = numbers.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int count = sorted.length;
        double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
        return Optional.of(new Summary(median, sorted[0], sorted[count - 1], count));
    }
}
