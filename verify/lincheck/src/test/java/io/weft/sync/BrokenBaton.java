package io.weft.sync;

import java.util.concurrent.atomic.AtomicInteger;

/** A {@link Baton} with a mistake. */
final class BrokenBaton implements BatonInterleavingsTest.Batons {

    /** What is wrong. */
    enum Mistake {
        /** Whether somebody has the baton is looked at before it is taken. */
        TAKEN_IN_TWO_STEPS,
        /** The baton is given back whatever was noted meanwhile. */
        GIVEN_BACK_BLINDLY,
        /** Who has given the baton back writes once more to what belongs to the holder. */
        WRITTEN_AFTER_GIVING_BACK
    }

    private final Mistake mistake;
    private final AtomicInteger notes = new AtomicInteger();
    private int seen;

    BrokenBaton(Mistake mistake) {
        this.mistake = mistake;
    }

    @Override
    public boolean note() {
        if (mistake == Mistake.TAKEN_IN_TWO_STEPS) {
            boolean free = notes.get() == 0;
            notes.incrementAndGet();
            if (free) {
                seen = 1;
            }
            return free;
        }
        if (notes.getAndIncrement() != 0) {
            return false;
        }
        seen = 1;
        return true;
    }

    @Override
    public boolean giveBack() {
        if (mistake == Mistake.GIVEN_BACK_BLINDLY) {
            notes.set(0);
            return true;
        }
        if (mistake == Mistake.WRITTEN_AFTER_GIVING_BACK) {
            seen = notes.addAndGet(-seen);
            return seen == 0;
        }
        int left = notes.addAndGet(-seen);
        if (left != 0) {
            seen = left;
        }
        return left == 0;
    }
}
