package io.weft;

import io.weft.linux.CpuSet;
import io.weft.linux.Errno;
import io.weft.linux.ThreadSys;
import io.weft.sched.spi.OsThreads;
import java.lang.System.Logger.Level;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The threads of a runtime, as Linux sees them: sleeps exact to a nanosecond, who is blocked, and
 * which CPU each P has, if the builder was given CPUs.
 *
 * <p>What cannot be done is found out when the runtime is built. What fails later, for instance
 * because a CPU was taken from the process, is reported once, by a thread of its own: those who
 * call here must neither wait nor load a class, and a logger does both.
 */
final class LinuxThreads implements OsThreads {

    private static final System.Logger LOGGER = System.getLogger(LinuxThreads.class.getName());

    /** {@code PR_SET_TIMERSLACK} takes 0 for "as before", so this is the least. */
    private static final long SLACK_NANOS = 1;

    private final ThreadSys threads;
    private final Consumer<String> warnings;

    /** Where a thread may run that is not bound; empty when no CPUs were given. */
    private final CpuSet allowed;

    /** The CPU of P number i is {@code cpus[i % cpus.length]}; empty when none were given. */
    private final CpuSet[] cpus;

    private final AtomicBoolean failed = new AtomicBoolean();
    private volatile String failedCall = "";
    private volatile int failedErrno;
    private volatile String failedConsequence = "";
    private final Thread reporter = new Thread(null, this::report, "weft-warning", 0, false);

    /**
     * Without CPUs nothing is bound.
     *
     * @throws IllegalArgumentException if one of the CPUs is not there for this process
     * @throws UnsupportedOperationException if threads cannot be bound here at all
     */
    LinuxThreads(ThreadSys threads, int... cpus) {
        this(threads, text -> LOGGER.log(Level.WARNING, text), cpus);
    }

    LinuxThreads(ThreadSys threads, Consumer<String> warnings, int... cpus) {
        this.threads = threads;
        this.warnings = warnings;
        reporter.setDaemon(true);
        int own = threads.state(threads.gettid());
        if (own < 0) {
            warnings.accept(
                    "weft: cannot read /proc/self/task ("
                            + Errno.describe(-own)
                            + "): a goroutine that blocks its carrier keeps its P for its whole"
                            + " time slice; mount /proc to have it handed over sooner");
        }
        this.cpus = new CpuSet[cpus.length];
        allowed = cpus.length == 0 ? CpuSet.of() : allowed(threads);
        for (int i = 0; i < cpus.length; i++) {
            if (!allowed.contains(cpus[i])) {
                throw notAllowed(cpus[i]);
            }
            this.cpus[i] = CpuSet.of(cpus[i]);
        }
        if (cpus.length > 0) {
            tryBinding();
        }
    }

    /** Of the process, not of the caller, who may be bound itself. */
    private static CpuSet allowed(ThreadSys threads) {
        CpuSet[] set = new CpuSet[1];
        int answer = threads.affinity((int) ProcessHandle.current().pid(), set);
        if (answer < 0) {
            throw unsupported("sched_getaffinity", answer);
        }
        return set[0];
    }

    /** Binds a thread that ends at once, so that the caller stays where it is. */
    private void tryBinding() {
        FutureTask<Integer> trial =
                new FutureTask<>(
                        () -> {
                            int tid = threads.gettid();
                            for (CpuSet cpu : cpus) {
                                int answer = threads.setAffinity(tid, cpu);
                                if (answer < 0) {
                                    return answer;
                                }
                            }
                            return 0;
                        });
        Thread thread = new Thread(null, trial, "weft-cpu-trial", 0, false);
        thread.start();
        int answer = outcome(trial);
        if (answer == -Errno.EINVAL) {
            throw new IllegalArgumentException(
                    "the kernel refuses to bind a thread to one of the CPUs "
                            + CpuSet.of(numbers())
                            + " (EINVAL); this process may use "
                            + allowed);
        }
        if (answer < 0) {
            throw unsupported("sched_setaffinity", answer);
        }
    }

    private int[] numbers() {
        int[] all = new int[cpus.length];
        for (int i = 0; i < cpus.length; i++) {
            all[i] = cpus[i].toArray()[0];
        }
        return all;
    }

    private static int outcome(FutureTask<Integer> trial) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return trial.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("weft: could not try to bind a thread", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private IllegalArgumentException notAllowed(int cpu) {
        return new IllegalArgumentException(
                "this process may not use CPU " + cpu + "; it may use " + allowed);
    }

    private static UnsupportedOperationException unsupported(String call, int answer) {
        return new UnsupportedOperationException(
                "carriers cannot be bound to CPUs here: "
                        + call
                        + " answers "
                        + Errno.describe(-answer)
                        + "; allow the call in the sandbox, or leave out Builder.cpus");
    }

    @Override
    public long enter() {
        int answer = threads.setTimerSlack(SLACK_NANOS);
        if (answer < 0) {
            fail("prctl(PR_SET_TIMERSLACK)", answer, "sleeps may be 50 µs late");
        }
        return threads.gettid();
    }

    @Override
    public boolean isBlocked(long id) {
        int state = threads.state((int) id);
        return state == 'S' || state == 'D';
    }

    @Override
    public void bind(long id, int processor) {
        if (cpus.length > 0) {
            setAffinity((int) id, cpus[processor % cpus.length]);
        }
    }

    @Override
    public void unbind(long id) {
        if (cpus.length > 0) {
            setAffinity((int) id, allowed);
        }
    }

    private void setAffinity(int tid, CpuSet set) {
        int answer = threads.setAffinity(tid, set);
        if (answer < 0 && answer != -Errno.ESRCH) {
            fail("sched_setaffinity", answer, "carriers may run on other CPUs than were named");
        }
    }

    private void fail(String call, int answer, String consequence) {
        if (failed.compareAndSet(false, true)) {
            failedCall = call;
            failedErrno = -answer;
            failedConsequence = consequence;
            try {
                reporter.start();
            } catch (OutOfMemoryError e) {
                // No thread to be had: the first warning is lost, the runtime goes on.
            }
        }
    }

    private void report() {
        warnings.accept(
                "weft: "
                        + failedCall
                        + " failed with "
                        + Errno.describe(failedErrno)
                        + ": "
                        + failedConsequence
                        + "; this is said once");
    }
}
