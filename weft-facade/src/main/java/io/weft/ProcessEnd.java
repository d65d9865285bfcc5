package io.weft;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Ends the process because of what went wrong in it. */
final class ProcessEnd {

    /** The exit status; Go's for a panic and for a deadlock. */
    static final int STATUS = 2;

    /**
     * So long the shutdown hooks may take; they may wait for the very goroutines that are stuck.
     */
    private static final long HOOKS_NANOS = TimeUnit.SECONDS.toNanos(10);

    private ProcessEnd() {}

    /** Begins the end, and returns: whoever calls may be what a shutdown hook waits for. */
    static void begin() {
        Thread.ofPlatform().daemon().name("weft-exit").start(() -> System.exit(STATUS));
        Thread.ofPlatform().daemon().name("weft-halt").start(ProcessEnd::haltLater);
    }

    private static void haltLater() {
        long deadline = System.nanoTime() + HOOKS_NANOS;
        for (long left = HOOKS_NANOS; left > 0; left = deadline - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        Runtime.getRuntime().halt(STATUS);
    }
}
