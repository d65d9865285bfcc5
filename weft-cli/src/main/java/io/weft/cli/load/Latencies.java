package io.weft.cli.load;

import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;

/**
 * The latencies of a run. Any thread records; recording allocates nothing. Histograms are striped
 * by connection, so that the threads of a large machine do not meet on one counter.
 */
final class Latencies {

    /** Longer waits count as this long. */
    private static final long MAX_NANOS = 3_600_000_000_000L;

    /** Three digits: a value is off by 0.1 % at most. */
    private static final int SIGNIFICANT_DIGITS = 3;

    private static final int MAX_STRIPES = 16;

    private final AtomicHistogram[] stripes;
    private final LongAdder answered = new LongAdder();
    private final LongAdder answeredInWindow = new LongAdder();
    private final LongAdder unsent = new LongAdder();
    private final LongAdder unanswered = new LongAdder();

    Latencies(int threads) {
        stripes = new AtomicHistogram[Math.clamp(threads, 1, MAX_STRIPES)];
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = new AtomicHistogram(MAX_NANOS, SIGNIFICANT_DIGITS);
        }
    }

    /** A message that was sent, or due, at {@code stampNanos} was answered at {@code nowNanos}. */
    void answered(int connection, long stampNanos, long nowNanos, Window window) {
        answered.increment();
        if (window.contains(nowNanos)) {
            answeredInWindow.increment();
        }
        waited(connection, stampNanos, nowNanos, window);
    }

    /**
     * A message was never sent, since its turn had not come when the run ended. Its latency counts
     * as the time until then: less than the truth, but not left out.
     */
    void unsent(int connection, long dueNanos, Window window) {
        unsent.increment();
        waited(connection, dueNanos, window.toNanos(), window);
    }

    /** A message was sent and not answered when its connection ended. */
    void unanswered(int connection, long stampNanos, long nowNanos, Window window) {
        unanswered.increment();
        waited(connection, stampNanos, nowNanos, window);
    }

    /** A message has waited until {@code nowNanos}, whatever came of it. */
    private void waited(int connection, long stampNanos, long nowNanos, Window window) {
        if (window.contains(stampNanos)) {
            long nanos = Math.clamp(nowNanos - stampNanos, 0, MAX_NANOS);
            stripes[connection % stripes.length].recordValue(nanos);
        }
    }

    /** Messages answered since the start, warm-up included. */
    long answered() {
        return answered.sum();
    }

    long answeredInWindow() {
        return answeredInWindow.sum();
    }

    long unanswered() {
        return unanswered.sum();
    }

    long unsent() {
        return unsent.sum();
    }

    /** All stripes together. */
    Histogram total() {
        Histogram total = new Histogram(MAX_NANOS, SIGNIFICANT_DIGITS);
        for (AtomicHistogram stripe : stripes) {
            total.add(stripe);
        }
        return total;
    }
}
