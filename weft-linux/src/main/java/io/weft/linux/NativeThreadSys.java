package io.weft.linux;

import java.util.Objects;

/** {@link ThreadSys} made of real system calls. */
public final class NativeThreadSys implements ThreadSys {

    /** After 127 calls a method handle gets code of its own, which loads a class once more. */
    private static final int ROUNDS = 130;

    private static final int NO_THREAD = -1;

    private final CallStates states;

    /** Uses the states of that strategy. Only where {@link Linux#isSupported}. */
    public NativeThreadSys(CallStates states) {
        this.states = Objects.requireNonNull(states);
    }

    /**
     * Makes every call, without effect, so that nothing is left to be loaded or linked when a
     * goroutine, or a thread that watches over goroutines, makes one. To be called on a platform
     * thread.
     */
    public void rehearse() {
        int self = gettid();
        CpuSet[] cpus = new CpuSet[1];
        affinity(self, cpus);
        for (int round = 0; round < ROUNDS; round++) {
            setAffinity(NO_THREAD, cpus[0]);
            gettid();
            setTimerSlack(timerSlack());
            state(self);
            state(NO_THREAD);
        }
    }

    @Override
    public int gettid() {
        return ThreadCalls.gettid(states.current());
    }

    @Override
    public int setTimerSlack(long nanos) {
        return ThreadCalls.setTimerSlack(states.current(), nanos);
    }

    @Override
    public int timerSlack() {
        return ThreadCalls.timerSlack(states.current());
    }

    @Override
    public int setAffinity(int tid, CpuSet cpus) {
        return ThreadCalls.setAffinity(states.current(), tid, cpus);
    }

    @Override
    public int affinity(int tid, CpuSet[] into) {
        return ThreadCalls.affinity(states.current(), tid, into);
    }

    @Override
    public int state(int tid) {
        return ThreadState.read(states.current(), tid);
    }
}
