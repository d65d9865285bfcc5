package io.weft.fiber;

import io.weft.sched.M;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Stands in the place of an executor by which the JDK ends the timed waits of virtual threads
 * ({@code Thread.sleep}, {@code parkNanos}, {@code Object.wait} with a timeout, and what is built
 * on them): those of goroutines are served by the timers of their scheduler, on the P that they
 * wait on; all else goes to the executor of the JDK. So no thread of the JDK is woken, nor even
 * made, for a goroutine.
 */
final class TimedWaits extends AbstractExecutorService implements ScheduledExecutorService {

    private static final VarHandle ELEMENT =
            MethodHandles.arrayElementVarHandle(ScheduledExecutorService[].class);

    private final ScheduledExecutorService original;

    TimedWaits(ScheduledExecutorService original) {
        this.original = original;
    }

    /** So that the work is done once, and everybody waits until it is. */
    private static final class Installation {

        static final boolean DONE = replaceAll();

        private static boolean replaceAll() {
            try {
                MethodHandles.lookup().ensureInitialized(TimedWait.class);
                ScheduledExecutorService[] executors = JdkInternals.delayedTaskSchedulers();
                for (int i = 0; i < executors.length; i++) {
                    var original = (ScheduledExecutorService) ELEMENT.getVolatile(executors, i);
                    ELEMENT.setVolatile(executors, i, new TimedWaits(original));
                }
                return true;
            } catch (Throwable failure) {
                System.getLogger(TimedWaits.class.getName())
                        .log(
                                Level.WARNING,
                                "timed waits of goroutines are served by threads of the JDK, and"
                                        + " are less exact: this JDK has another way to end them",
                                failure);
                return false;
            }
        }
    }

    /**
     * Takes the place of the JDK's executors, once in the life of the JVM. Without success all goes
     * on as without it, and a warning is logged.
     *
     * @return whether it was a success
     */
    static boolean install() {
        return Installation.DONE;
    }

    /**
     * Called by the JDK on the carrier of a virtual thread that is about to wait. Obeys the terms
     * of {@link Goroutine#execute}.
     */
    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        if (Fibers.CARRIERS.currentCarrier() instanceof M m) {
            TimedWait wait = new TimedWait(m.scheduler(), command, original);
            wait.arm(unit.toNanos(delay));
            return wait;
        }
        return original.schedule(command, delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return original.schedule(callable, delay, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
            Runnable command, long initialDelay, long period, TimeUnit unit) {
        return original.scheduleAtFixedRate(command, initialDelay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
            Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return original.scheduleWithFixedDelay(command, initialDelay, delay, unit);
    }

    @Override
    public void execute(Runnable command) {
        original.execute(command);
    }

    @Override
    public void shutdown() {
        original.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return original.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return original.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return original.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return original.awaitTermination(timeout, unit);
    }
}
