package io.weft;

import io.weft.sched.AlarmTimer;
import io.weft.sched.spi.Host;
import org.jspecify.annotations.Nullable;

/** A runtime as the modules see it that know no facade. */
final class RuntimeHost implements Host {

    private final WeftRuntime runtime;

    /** The runtime is not complete yet; nobody calls before its scheduler is. */
    RuntimeHost(WeftRuntime runtime) {
        this.runtime = runtime;
    }

    WeftRuntime runtime() {
        return runtime;
    }

    @Override
    public long nanoTime() {
        return runtime.scheduler().nanoTime();
    }

    @Override
    public Thread go(Runnable task) {
        return runtime.go(task);
    }

    @Override
    public Thread newThread(Runnable task) {
        return runtime.threadFactory().newThread(task);
    }

    @Override
    public @Nullable Thread tryGo(Runnable task) {
        return runtime.tryStart(task);
    }

    @Override
    public Alarm alarm(Runnable ring) {
        return new AlarmTimer(runtime.scheduler(), ring);
    }

    @Override
    public boolean isClosed() {
        return runtime.isClosed();
    }

    @Override
    public int processors() {
        return runtime.procs();
    }

    @Override
    public int currentProcessor() {
        return runtime.currentProcessor();
    }

    @Override
    public String toString() {
        return "the runtime " + runtime.name();
    }
}
