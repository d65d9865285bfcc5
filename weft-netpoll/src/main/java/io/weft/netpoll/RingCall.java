package io.weft.netpoll;

import io.weft.sched.spi.OutsideWait;
import java.util.concurrent.locks.LockSupport;

/**
 * A request whose caller waits for the result: seldom ones, which no connection has a place for.
 */
final class RingCall implements OutsideWait {

    private final Thread caller = Thread.currentThread();

    private volatile boolean done;

    /** Written before {@code done}. */
    private int result;

    /** Called by who reaps; never blocks. */
    void complete(int answer) {
        result = answer;
        done = true;
        LockSupport.unpark(caller);
    }

    /** Waits for the result. An interrupt stays pending. */
    int await() {
        boolean interrupted = false;
        while (!done) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            caller.interrupt();
        }
        return result;
    }
}
