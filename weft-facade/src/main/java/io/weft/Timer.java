package io.weft;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs a function after a delay, on a goroutine of its own: the function may block as long as it
 * likes, and holds up no other timer. Made by {@link Weft#after} and {@link WeftRuntime#after}.
 *
 * <p>The function is never run early. It runs once for each time the timer was armed, unless it was
 * stopped or reset before. Whatever the function throws ends that goroutine only, and goes to its
 * uncaught exception handler; the timer can be reset all the same. The goroutine inherits nothing
 * from whoever armed the timer: it has the system class loader as its context class loader, and no
 * inherited thread locals.
 *
 * <p>All methods may be called from any thread, the function included. None of them blocks.
 */
public final class Timer {

    private final FunctionTimer core;

    Timer(FunctionTimer core) {
        this.core = core;
    }

    /**
     * Stops the timer.
     *
     * @return true if it was armed: then the function is not run for that arming. False if it never
     *     will be again anyway: it was stopped before, or the function's goroutine was started,
     *     which this does not wait for
     */
    public boolean stop() {
        return core.stop();
    }

    /**
     * Arms the timer anew, whether it is armed or not. Cheap: to move it to a later moment costs
     * two memory accesses.
     *
     * @param delay from now; zero or less is now; one of some 292 years or more never comes
     * @return true if it was armed: then the function is not run for that arming
     * @throws RejectedExecutionException after {@link WeftRuntime#close} was called
     */
    public boolean reset(Duration delay) {
        return core.arm(delay);
    }
}
