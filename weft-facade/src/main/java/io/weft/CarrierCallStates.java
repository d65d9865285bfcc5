package io.weft;

import io.weft.fiber.Fibers;
import io.weft.linux.CallState;
import io.weft.linux.CallStates;
import io.weft.sched.M;

/** Finds the native scratch of system calls on the M under the caller, else one per thread. */
final class CarrierCallStates implements CallStates {

    private final CallStates others = CallStates.perThread();

    @Override
    public CallState current() {
        if (Fibers.CARRIERS.currentCarrier() instanceof M m
                && m.scratch() instanceof CallState state) {
            return state;
        }
        return others.current();
    }
}
