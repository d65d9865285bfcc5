package io.weft.cli.load;

import io.weft.cli.text.Durations;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.jspecify.annotations.Nullable;

/**
 * What a run found.
 *
 * @param target the server
 * @param connections opened; those that failed are among the errors
 * @param messageBytes length of a message
 * @param depth most messages in flight per connection
 * @param scheduledPerSecond rate of the open loop, or 0 for the closed loop
 * @param warmUpSeconds load before the window
 * @param windowSeconds length of the window
 * @param messages answered within the window
 * @param messagesPerSecond the same per second
 * @param latency of the messages sent, or due, within the window
 * @param unsent scheduled messages whose turn never came; they are part of the latencies
 * @param unanswered messages that were sent and never answered; they are part of the latencies
 * @param errors connections that failed
 * @param firstError what the first of them said, or null
 * @param clientCpus CPUs that this process used within the window
 */
public record LoadResult(
        String target,
        int connections,
        int messageBytes,
        int depth,
        double scheduledPerSecond,
        double warmUpSeconds,
        double windowSeconds,
        long messages,
        double messagesPerSecond,
        Latency latency,
        long unsent,
        long unanswered,
        long errors,
        @Nullable String firstError,
        double clientCpus) {

    /**
     * Latencies in nanoseconds.
     *
     * @param curve points for a chart, from the median up to the maximum
     */
    public record Latency(
            long p50,
            long p90,
            long p99,
            long p999,
            long p9999,
            long max,
            double mean,
            List<Point> curve) {

        /** Each step of the curve halves the distance to 100 % in this many points. */
        private static final int POINTS_PER_HALVING = 2;

        /** What a histogram of nanoseconds holds. */
        public static Latency of(Histogram histogram) {
            List<Point> curve = new ArrayList<>();
            for (HistogramIterationValue value : histogram.percentiles(POINTS_PER_HALVING)) {
                curve.add(
                        new Point(
                                value.getPercentileLevelIteratedTo(), value.getValueIteratedTo()));
            }
            return new Latency(
                    histogram.getValueAtPercentile(50),
                    histogram.getValueAtPercentile(90),
                    histogram.getValueAtPercentile(99),
                    histogram.getValueAtPercentile(99.9),
                    histogram.getValueAtPercentile(99.99),
                    histogram.getMaxValue(),
                    histogram.getTotalCount() == 0 ? 0 : histogram.getMean(),
                    curve);
        }
    }

    /** That many percent of the messages took no longer than this. */
    public record Point(double percentile, long nanos) {}

    /** Whether everything that was asked for was done. */
    public boolean isClean() {
        return errors == 0 && connections > 0;
    }

    /** The one line that a run ends with. */
    public String summary() {
        return String.format(
                Locale.ROOT,
                "connections=%d msg/s=%.0f p50=%s p99=%s p99.9=%s max=%s errors=%d",
                connections,
                messagesPerSecond,
                Durations.text(latency.p50()),
                Durations.text(latency.p99()),
                Durations.text(latency.p999()),
                Durations.text(latency.max()),
                errors);
    }
}
