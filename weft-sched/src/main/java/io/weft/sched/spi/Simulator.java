package io.weft.sched.spi;

import org.jspecify.annotations.Nullable;

/**
 * A test that runs a scheduler in a time of its own: the clock moves only where the test lets it,
 * above all where a poller blocks. So an M sleeps until the very moment it asks for, without a look
 * at how late the kernel is, and no system monitor is started: it goes by real time.
 *
 * <p>What it does not override is as in service.
 */
public interface Simulator {

    /**
     * An M looks for what to run next.
     *
     * @param last what it has run since it looked before; null: nothing
     */
    default void onSearch(@Nullable Runnable last) {}

    /**
     * A task becomes runnable; called before anybody can run it, on the terms of {@code
     * Scheduler.ready}.
     */
    default void onReady(Runnable task) {}

    /**
     * Chooses what a P runs next.
     *
     * @param count how many tasks are in its queue, at least 1
     * @return the place of one of them, from 0; negative: the order of service
     */
    default int choose(int count) {
        return -1;
    }

    /**
     * An M can only wait for another one, for a lock of a poller or for a P.
     *
     * @return whether others have run meanwhile, so that it looks again at once; false: it waits as
     *     in service
     */
    default boolean pause() {
        return false;
    }

    /**
     * Whether an M looks at the queues once more after it has entered the idle set. Without that
     * look wake-ups are lost: a test leaves it out to show that it would find that.
     */
    default boolean looksAgain() {
        return true;
    }
}
