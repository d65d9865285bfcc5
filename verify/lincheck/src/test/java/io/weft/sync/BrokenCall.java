package io.weft.sync;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A {@link Blocked} with a mistake. */
final class BrokenCall implements ChanInterleavingsTest.Call {

    /** What is wrong. */
    enum Mistake {
        /** Whether the call still waits is looked at before it is taken. */
        CLAIM_IN_TWO_STEPS,
        /** The caller learns who has won before the result is there. */
        RESULT_AFTER_DECISION
    }

    private static final int WAITING = -1;
    private static final int CLAIMED = -2;

    private final Mistake mistake;
    private final AtomicInteger state = new AtomicInteger(WAITING);
    private volatile @Nullable Thread thread;
    private volatile Object received = "nothing";

    BrokenCall(Mistake mistake) {
        this.mistake = mistake;
    }

    @Override
    public void begin() {}

    @Override
    public boolean claim() {
        if (mistake == Mistake.CLAIM_IN_TWO_STEPS) {
            boolean waits = state.get() == WAITING;
            if (waits) {
                state.set(CLAIMED);
            }
            return waits;
        }
        return state.compareAndSet(WAITING, CLAIMED);
    }

    @Override
    public void decide(int winner, Object value) {
        if (mistake == Mistake.RESULT_AFTER_DECISION) {
            state.set(winner);
            received = value;
        } else {
            received = value;
            state.set(winner);
        }
        LockSupport.unpark(thread);
    }

    @Override
    public int await() {
        thread = Thread.currentThread();
        while (state.get() < 0) {
            LockSupport.park(this);
        }
        return state.get();
    }

    @Override
    public Object received() {
        return Objects.requireNonNull(received);
    }
}
