package io.weft.bench;

import io.weft.Weft;
import io.weft.WeftRuntime;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One carrier thread for virtual threads, Weft's or the JDK's own. The JDK's is narrowed to one by
 * {@link #JDK_PARALLELISM} and {@link #JDK_POOL}, which each benchmark passes to its fork.
 */
@State(Scope.Benchmark)
public class Carrier {

    static final String JDK_PARALLELISM = "-Djdk.virtualThreadScheduler.parallelism=1";
    static final String JDK_POOL = "-Djdk.virtualThreadScheduler.maxPoolSize=1";

    /** Who schedules. */
    @Param({"weft", "jdk"})
    public String scheduler = "";

    private @Nullable WeftRuntime runtime;
    private ThreadFactory factory = Thread.ofVirtual().factory();

    /** Starts a Weft of its own, with one P. */
    @Setup
    public void open() {
        if (scheduler.equals("weft")) {
            WeftRuntime started = Weft.builder().procs(1).name("bench").build();
            factory = started.threadFactory();
            runtime = started;
        }
    }

    /** Ends it. */
    @TearDown
    public void close() {
        if (runtime != null) {
            runtime.close();
        }
    }

    ThreadFactory factory() {
        return factory;
    }

    /** Runs a task on a virtual thread and waits for its end. */
    void run(Runnable task) throws InterruptedException {
        Thread thread = factory.newThread(task);
        thread.start();
        thread.join();
    }

    /** Waits inside a benchmark, where nobody interrupts. */
    static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("bench: interrupted while a thread was to end", e);
        }
    }
}
