package io.weft.cli.hold;

import java.util.concurrent.TimeUnit;

/**
 * An open loop.
 *
 * @param rate messages per second, all connections together
 * @param seconds how long messages are due
 * @param active connections from number 0 on that take part
 */
record LoopPlan(double rate, double seconds, int active) {

    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Neighbours in time are far apart in number: this share of the connections, or nearly. */
    private static final double GOLDEN_SECTION = 0.618_033_988_749_895;

    /** How many messages are due. */
    long messages() {
        return Math.max(1, Math.round(rate * seconds));
    }

    /** When a message is due, from 0, after the start. Each is computed from the start alone. */
    long dueNanos(long message) {
        return (long) (message * NANOS_PER_SECOND / rate);
    }

    /** How long the whole loop is. */
    long lengthNanos() {
        return dueNanos(messages());
    }

    /**
     * How far apart in number the connections of successive messages are. It has no divisor in
     * common with their count, so that each gets its turn before any gets a second one.
     */
    int stride() {
        int stride = Math.max(1, (int) (active * GOLDEN_SECTION));
        while (greatestCommonDivisor(stride, active) != 1) {
            stride++;
        }
        return stride;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
