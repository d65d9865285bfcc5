package io.weft.bench.fairness.programs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Semaphore;

/**
 * A timer of {@link Early}: when it was due and when it fired. Whoever armed it writes when it was
 * due, the firings write the rest.
 */
final class Shot implements Runnable {

    private static final VarHandle COUNT = handle();

    private final Semaphore fired;

    /** The moments that it was armed for; the second after a reset. */
    long firstDue;

    long secondDue;

    /** Armed again by a reset that came too late to prevent the first firing. */
    boolean twice;

    /** Stopped in time, or reset in time: the first firing is none. */
    boolean prevented;

    /** 0 until it is known. */
    private volatile long firstFiring;

    /** 0 until it is known. */
    private volatile long secondFiring;

    @SuppressWarnings("UnusedVariable") // through COUNT
    private volatile int count;

    Shot(Semaphore fired) {
        this.fired = fired;
    }

    @Override
    public void run() {
        long now = System.nanoTime();
        if ((int) COUNT.getAndAdd(this, 1) == 0) {
            firstFiring = now;
        } else {
            secondFiring = now;
        }
        fired.release();
    }

    int firings() {
        return count;
    }

    /**
     * How many of its firings came before their moment. Two firings run on threads of their own, so
     * they may have told in the wrong order.
     */
    int early() {
        if (firstFiring == 0 || (twice && secondFiring == 0)) {
            return 0;
        }
        if (twice) {
            long sooner = Math.min(firstFiring, secondFiring);
            long later = Math.max(firstFiring, secondFiring);
            return (sooner < firstDue ? 1 : 0) + (later < secondDue ? 1 : 0);
        }
        return firstFiring < (prevented ? secondDue : firstDue) ? 1 : 0;
    }

    private static VarHandle handle() {
        try {
            return MethodHandles.lookup().findVarHandle(Shot.class, "count", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
