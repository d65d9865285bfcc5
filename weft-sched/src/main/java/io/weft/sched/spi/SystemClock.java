package io.weft.sched.spi;

/**
 * {@link System#nanoTime} from an origin of our own: the JVM's may lie in the future, and a moment
 * that may be negative cannot be compared with "never" as the largest number.
 */
final class SystemClock implements Clock {

    private final long originNanos = System.nanoTime();

    @Override
    public long nanoTime() {
        return System.nanoTime() - originNanos;
    }
}
