package io.weft;

import java.util.concurrent.atomic.AtomicInteger;

/** Settings of a runtime. Not for use by several threads at once. */
public final class Builder {

    private static final String PROCS_PROPERTY = "weft.procs";
    private static final AtomicInteger RUNTIMES = new AtomicInteger();

    private int procs;
    private String name = "";

    Builder() {}

    /**
     * How many goroutines run at once. By default the system property {@code weft.procs}, else the
     * number of processors of the JVM.
     *
     * @throws IllegalArgumentException if it is below 1 or above 4,096
     */
    public Builder procs(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("procs must be at least 1: " + count);
        }
        procs = count;
        return this;
    }

    /** The name of its threads, which end in {@code -M0}, {@code -M1} and so on. */
    public Builder name(String text) {
        name = text;
        return this;
    }

    /**
     * Starts a runtime with these settings. It is independent of all others: its Ps, threads,
     * queues and pollers are its own. Close it when it is not needed any more.
     *
     * @throws UnsupportedOperationException with {@link Weft#unavailabilityCause} as its message
     * @throws IllegalArgumentException if {@code weft.procs} is not a number
     */
    public WeftRuntime build() {
        return build(false);
    }

    WeftRuntime build(boolean permanent) {
        String label = name.isEmpty() ? "weft-" + RUNTIMES.incrementAndGet() : name;
        return WeftRuntime.start(label, procs > 0 ? procs : defaultProcs(), permanent);
    }

    private static int defaultProcs() {
        String text = System.getProperty(PROCS_PROPERTY);
        if (text == null) {
            return Runtime.getRuntime().availableProcessors();
        }
        try {
            int count = Integer.parseInt(text);
            if (count >= 1) {
                return count;
            }
        } catch (NumberFormatException e) {
            throw badProcs(text, e);
        }
        throw badProcs(text, null);
    }

    private static IllegalArgumentException badProcs(
            String text, @org.jspecify.annotations.Nullable Throwable cause) {
        return new IllegalArgumentException(
                "the system property weft.procs must be a number of at least 1: " + text, cause);
    }
}
