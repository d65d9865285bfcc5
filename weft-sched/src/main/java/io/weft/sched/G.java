package io.weft.sched;

import io.weft.sched.spi.Fiber;

/**
 * A goroutine as the scheduler sees it: a fiber with a number and a scheduler it belongs to. How it
 * keeps its stack is the business of the subclass.
 *
 * <p>A G has no link field: a JDK may submit the same virtual thread twice (it does so after it
 * took a stack trace of it), and an object that is in two queues at once must not be a list node.
 */
public abstract class G implements Fiber {

    private final Scheduler scheduler;

    protected G(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** The scheduler that runs this goroutine. */
    public final Scheduler scheduler() {
        return scheduler;
    }

    @Override
    public String toString() {
        return "G" + id();
    }
}
