package io.weft.sync;

import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells pools that the collector has run. An object that nobody refers to is given to a cleaner;
 * when the collector finds it, the cleaner tells all pools, and gives away the next one. That costs
 * one object for each collection, and a thread that sleeps in between.
 *
 * <p>A pool is referred to weakly, so it can become garbage itself.
 */
final class CollectorWatch {

    private static final Cleaner CLEANER =
            Cleaner.create(
                    work -> Thread.ofPlatform().daemon().name("weft-collections").unstarted(work));

    private static final Mutex MUTEX = new Mutex();

    /**
     * Guarded by the mutex; as many as there are pools, and those that have become garbage since.
     */
    private static final List<WeakReference<PLocal<?>>> POOLS = new ArrayList<>();

    static {
        arm();
    }

    private CollectorWatch() {}

    /** Has the generation of a pool end with each collection from now on. */
    static void onEach(PLocal<?> pool) {
        MUTEX.lock();
        try {
            POOLS.add(new WeakReference<>(pool));
        } finally {
            MUTEX.unlock();
        }
    }

    private static void arm() {
        CLEANER.register(new Object(), CollectorWatch::collected);
    }

    private static void collected() {
        MUTEX.lock();
        try {
            POOLS.removeIf(
                    reference -> {
                        PLocal<?> pool = reference.get();
                        if (pool != null) {
                            pool.endGeneration();
                        }
                        return pool == null;
                    });
        } finally {
            MUTEX.unlock();
        }
        arm();
    }
}
