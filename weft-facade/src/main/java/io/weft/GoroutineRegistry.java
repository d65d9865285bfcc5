package io.weft;

import java.lang.System.Logger.Level;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The goroutines of a runtime that tracks them.
 *
 * <p>It holds them weakly. A goroutine that waits on a channel, lock or future is kept by whoever
 * could end its wait; when nobody can reach that any more, nobody can reach the goroutine, and it
 * becomes garbage in the middle of its code. Its entry is left, and tells of the leak.
 */
final class GoroutineRegistry {

    private static final System.Logger LOGGER = System.getLogger(GoroutineRegistry.class.getName());

    /** So many leaks are kept for {@link WeftRuntime#findLeaks}; all are logged. */
    private static final int LEAKS_MAX = 1_000;

    /** The JDK would keep each virtual thread that it knows. */
    private static final boolean CAN_FIND_LEAKS =
            "false".equals(System.getProperty("jdk.trackAllThreads"));

    /** One goroutine from its first step to its last. */
    static final class Entry extends WeakReference<Thread> {

        final long id;
        final StackTraceElement[] startedAt;

        private Entry(
                Thread thread,
                StackTraceElement[] startedAt,
                ReferenceQueue<? super Thread> queue) {
            super(thread, queue);
            this.id = thread.threadId();
            this.startedAt = startedAt;
        }
    }

    private final String name;
    private final Runnable onLeak;
    private final Set<Entry> entries = ConcurrentHashMap.newKeySet();
    private final ReferenceQueue<Thread> unreachable = new ReferenceQueue<>();
    private final ConcurrentLinkedQueue<LeakedGoroutine> leaks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger leakCount = new AtomicInteger();

    /**
     * A registry.
     *
     * @param onLeak is run for each goroutine that will never end
     */
    GoroutineRegistry(String name, Runnable onLeak) {
        this.name = name;
        this.onLeak = onLeak;
        if (!CAN_FIND_LEAKS) {
            LOGGER.log(
                    Level.WARNING,
                    "goroutines that are blocked for ever cannot be found, since the JDK keeps all"
                            + " virtual threads: start the JVM with -Djdk.trackAllThreads=false");
        }
    }

    /** The calling goroutine takes its first step. */
    Entry enter(StackTraceElement[] startedAt) {
        findUnreachable();
        Entry entry = new Entry(Thread.currentThread(), startedAt, unreachable);
        entries.add(entry);
        return entry;
    }

    /** It has taken its last. */
    void leave(Entry entry) {
        entries.remove(entry);
    }

    /** Those that live, with what is known of them; some may end meanwhile. */
    List<Entry> entries() {
        return new ArrayList<>(entries);
    }

    /** Interrupts all that live. */
    void interruptAll() {
        for (Entry entry : entries) {
            Thread thread = entry.get();
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    /** Looks for goroutines that have become garbage since the last look, and reports them. */
    void findUnreachable() {
        for (var found = unreachable.poll(); found != null; found = unreachable.poll()) {
            if (found instanceof Entry entry && entries.remove(entry)) {
                report(new LeakedGoroutine(entry.id, List.of(entry.startedAt)));
            }
        }
    }

    private void report(LeakedGoroutine leak) {
        onLeak.run();
        if (leakCount.incrementAndGet() <= LEAKS_MAX) {
            leaks.add(leak);
        }
        LOGGER.log(Level.WARNING, "runtime " + name + ": " + leak);
    }

    /** All leaks that were found, the first {@value #LEAKS_MAX} of them. */
    List<LeakedGoroutine> leaks() {
        requireFinding();
        findUnreachable();
        return List.copyOf(leaks);
    }

    private static void requireFinding() {
        if (!CAN_FIND_LEAKS) {
            throw new IllegalStateException(
                    "leaks cannot be found while the JDK keeps all virtual threads: start the JVM"
                            + " with -Djdk.trackAllThreads=false");
        }
    }

    /** The thread of an entry, if it lives. */
    static @Nullable Thread threadOf(Entry entry) {
        Thread thread = entry.get();
        return thread != null && thread.isAlive() ? thread : null;
    }
}
