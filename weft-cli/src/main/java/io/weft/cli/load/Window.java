package io.weft.cli.load;

/**
 * The times of a run, by {@link System#nanoTime}: load starts at the first, counts between the
 * second and the third, and is no longer sent after the third.
 *
 * @param startNanos when all connections start to send
 * @param fromNanos when the warm-up is over
 * @param toNanos when the last message may be sent
 */
record Window(long startNanos, long fromNanos, long toNanos) {

    static Window startingAt(long startNanos, long warmUpNanos, long lengthNanos) {
        long fromNanos = startNanos + warmUpNanos;
        return new Window(startNanos, fromNanos, fromNanos + lengthNanos);
    }

    /** Whether a moment counts. */
    boolean contains(long nanos) {
        return nanos - fromNanos >= 0 && nanos - toNanos < 0;
    }

    /** Whether no message may be sent any more. */
    boolean isOver(long nanos) {
        return nanos - toNanos >= 0;
    }
}
