package io.weft.testkit;

import org.jspecify.annotations.Nullable;

/** Decides which system calls go wrong. Asked from any thread. */
@FunctionalInterface
public interface FaultPlan {

    /**
     * What happens to that occurrence of the call, counted from 1; null when the call is to be made
     * as it is.
     */
    @Nullable Fault next(SysCall call, long occurrence);

    /** A plan without faults, for counting and recording only. */
    static FaultPlan none() {
        return (_, _) -> null;
    }

    /** This plan, and where it has no fault, the other one. */
    default FaultPlan or(FaultPlan other) {
        return (call, occurrence) -> {
            Fault mine = next(call, occurrence);
            return mine == null ? other.next(call, occurrence) : mine;
        };
    }
}
