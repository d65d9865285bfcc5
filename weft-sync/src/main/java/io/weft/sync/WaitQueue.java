package io.weft.sync;

import org.jspecify.annotations.Nullable;

/** Who waits on one side of a channel, first come, first served. Guarded by the channel's lock. */
final class WaitQueue extends Links<Waiter> {

    /**
     * Takes the first one whose call is not decided yet, and the call with it; null when there is
     * none. The caller has to decide it. Those whose call was decided elsewhere are dropped.
     */
    @Nullable Waiter claim() {
        for (Waiter waiter = removeFirst(); waiter != null; waiter = removeFirst()) {
            if (waiter.call.claim()) {
                return waiter;
            }
        }
        return null;
    }
}
