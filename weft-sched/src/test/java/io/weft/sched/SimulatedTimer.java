package io.weft.sched;

/** A timer that counts: each arming ends once, by firing, a stop or another arming. */
final class SimulatedTimer extends RuntimeTimer {

    private final Baton baton;
    private final Runnable onExpiry;
    private long armings;
    private long ends;

    SimulatedTimer(Scheduler scheduler, Baton baton, Runnable onExpiry) {
        super(scheduler);
        this.baton = baton;
        this.onExpiry = onExpiry;
    }

    void arm(long whenNanos) {
        armings++;
        if (reset(whenNanos)) {
            ends++;
        }
    }

    void disarm() {
        if (stop()) {
            ends++;
        }
    }

    @Override
    protected void expire(long whenNanos) {
        if (baton.isFree()) {
            return;
        }
        ends++;
        if (whenNanos > baton.nowNanos()) {
            baton.fail(
                    new AssertionError(
                            "a timer for " + whenNanos + " fires early, at " + baton.nowNanos()));
        }
        onExpiry.run();
    }

    /** Only while nobody is in the middle of a call. */
    boolean isConsistent() {
        return armings - ends == (whenNanos() == NEVER ? 0 : 1);
    }

    @Override
    public String toString() {
        return "timer: armings=" + armings + " ends=" + ends + " when=" + whenNanos();
    }
}
