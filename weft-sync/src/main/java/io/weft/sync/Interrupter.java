package io.weft.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts a thread when a context is done, as long as the thread is in a call of that context.
 *
 * <pre>
 *  state        meaning                            who changes it, and to what
 *  ───────────  ─────────────────────────────────  ──────────────────────────────────────────────
 *  CALLING      the thread is in the call          INTERRUPTING by who cancels; ENDED by the thread
 *  INTERRUPTING the interrupt is on its way        INTERRUPTED by who cancels
 *  INTERRUPTED  the thread has been interrupted    –
 *  ENDED        the call is over                   –
 * </pre>
 *
 * <p>Both changes from CALLING are compare-and-sets: either the interrupt comes, and the thread
 * waits at the end of the call until it has come and takes it back; or it never comes. Without the
 * wait it could hit whatever the thread does next.
 */
final class Interrupter extends Dependent {

    private static final int CALLING = 0;
    private static final int INTERRUPTING = 1;
    private static final int INTERRUPTED = 2;
    private static final int ENDED = 3;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Interrupter.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Thread thread;

    @SuppressWarnings("unused") // through STATE
    private int state = CALLING;

    Interrupter(Thread thread) {
        this.thread = thread;
    }

    @Override
    void onDone(Throwable cause, Links<Dependent> rest) {
        if (STATE.compareAndSet(this, CALLING, INTERRUPTING)) {
            thread.interrupt();
            STATE.setRelease(this, INTERRUPTED);
        }
    }

    /**
     * Called by the thread at the end of its call. An interrupt of somebody else that comes
     * together with this one is taken for this one.
     *
     * @return whether the call was interrupted by this; then the interrupt is taken back
     */
    boolean end() {
        if (STATE.compareAndSet(this, CALLING, ENDED)) {
            return false;
        }
        while ((int) STATE.getAcquire(this) == INTERRUPTING) {
            Thread.yield(); // the other thread has a few steps to do
        }
        Thread.interrupted();
        return true;
    }

    /** Whether that is how calls that wait end when they are interrupted. */
    static boolean comesOfInterrupt(@Nullable Throwable failure) {
        return failure instanceof InterruptedException
                || failure instanceof ClosedByInterruptException
                || failure instanceof java.io.InterruptedIOException
                || failure instanceof CancellationException;
    }
}
