package io.weft.sync;

import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Goroutines that work on one thing: the first that fails cancels the others, and its failure is
 * that of the group. Go's {@code errgroup}.
 *
 * {@snippet :
 * try (ErrGroup group = ErrGroup.in(Context.current())) {
 *     group.limit(8);
 *     for (URI page : pages) {
 *         group.go(() -> fetch(page));
 *     }
 *     group.await();
 * }
 * }
 *
 * <p>Each task runs in the {@link #context} of the group, which is cancelled by the first failure,
 * and by {@link #close}; so {@code close} ends the tasks that still run and waits for them: no
 * goroutine of the group outlives the block.
 *
 * <p>All methods may be called from any thread.
 */
public final class ErrGroup implements AutoCloseable {

    /** So many failures after the first are kept with it; more are dropped. */
    private static final int SUPPRESSED_MAX = 16;

    /** What a goroutine of a group does. */
    @FunctionalInterface
    public interface Task {

        /** Does it, or fails. */
        void run() throws Exception;
    }

    private final CancelContext context;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();

    // Guarded by the lock, which is held for a few steps.
    private int limit = Integer.MAX_VALUE;
    private int running;
    private @Nullable Throwable failure;
    private int suppressed;

    private ErrGroup(Context parent) {
        context = parent.withCancel();
    }

    /** A group without a limit. */
    public static ErrGroup in(Context parent) {
        return new ErrGroup(parent);
    }

    /** In which the tasks run. */
    public Context context() {
        return context;
    }

    /**
     * From now on {@link #go} waits while so many run.
     *
     * @throws IllegalArgumentException if it is less than 1
     * @throws IllegalStateException if tasks run already
     */
    public void limit(int tasks) {
        if (tasks < 1) {
            throw new IllegalArgumentException("the limit of a group must be at least 1: " + tasks);
        }
        lock.lock();
        try {
            if (running > 0) {
                throw new IllegalStateException(
                        "the limit is set before the first task; " + running + " run");
            }
            limit = tasks;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Starts a task, after waiting until fewer than the limit run.
     *
     * @throws InterruptedException if the caller is or gets interrupted while it waits; the task is
     *     not started
     */
    public void go(Task task) throws InterruptedException {
        Objects.requireNonNull(task, "task");
        lock.lock();
        try {
            while (running >= limit) {
                ended.await();
            }
            running++;
        } finally {
            lock.unlock();
        }
        start(task);
    }

    /**
     * Starts a task if fewer than the limit run.
     *
     * @return whether it was started
     */
    public boolean tryGo(Task task) {
        Objects.requireNonNull(task, "task");
        lock.lock();
        try {
            if (running >= limit) {
                return false;
            }
            running++;
        } finally {
            lock.unlock();
        }
        start(task);
        return true;
    }

    private void start(Task task) {
        boolean started = false;
        try {
            Thread thread = Hosts.current().go(() -> run(task));
            started = thread != null;
        } finally {
            if (!started) {
                onEnd(null);
            }
        }
    }

    private void run(Task task) {
        Throwable thrown = null;
        try {
            Object nothing =
                    context.<Void, Exception>call(
                            () -> {
                                task.run();
                                return null;
                            });
            assert nothing == null;
        } catch (Throwable e) {
            thrown = e;
        } finally {
            onEnd(thrown);
        }
    }

    private void onEnd(@Nullable Throwable thrown) {
        boolean isFirst = false;
        lock.lock();
        try {
            running--;
            if (thrown != null) {
                isFirst = failure == null && !isEcho(thrown);
                keep(thrown);
            }
            ended.signalAll();
        } finally {
            lock.unlock();
        }
        if (isFirst) {
            context.cancel(Objects.requireNonNull(thrown));
        }
    }

    /** With the lock. */
    @SuppressWarnings("ReferenceEquality") // an exception cannot be suppressed by itself
    private void keep(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        } else if (failure != thrown && !isEcho(thrown) && suppressed < SUPPRESSED_MAX) {
            suppressed++;
            failure.addSuppressed(thrown);
        }
    }

    /** Whether a task only says that the group is cancelled. */
    private boolean isEcho(Throwable thrown) {
        return thrown instanceof CancelledException && context.isDone();
    }

    /**
     * Waits until no task runs.
     *
     * @throws ExecutionException if a task has failed; its cause is what the first of them threw,
     *     with what the others threw as suppressed
     * @throws InterruptedException if the caller is or gets interrupted while it waits; the tasks
     *     run on until the group is closed
     */
    public void await() throws InterruptedException, ExecutionException {
        lock.lock();
        try {
            while (running > 0) {
                ended.await();
            }
            if (failure != null) {
                throw new ExecutionException(failure);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Cancels what still runs, and waits for it. An interrupt of the caller stays pending. */
    @Override
    public void close() {
        context.cancel();
        lock.lock();
        try {
            while (running > 0) {
                ended.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }
}
