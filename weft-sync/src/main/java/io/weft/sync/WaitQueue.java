package io.weft.sync;

import org.jspecify.annotations.Nullable;

/** Who waits on one side of a channel, first come, first served. Guarded by the channel's lock. */
final class WaitQueue {

    private @Nullable Waiter first;
    private @Nullable Waiter last;

    void add(Waiter waiter) {
        Waiter before = last;
        waiter.previous = before;
        waiter.next = null;
        waiter.queued = true;
        if (before == null) {
            first = waiter;
        } else {
            before.next = waiter;
        }
        last = waiter;
    }

    /**
     * Takes the first one whose call is not decided yet, and the call with it; null when there is
     * none. The caller has to decide it. Those whose call was decided elsewhere are dropped.
     */
    @Nullable Waiter claim() {
        for (Waiter waiter = first; waiter != null; waiter = first) {
            remove(waiter);
            if (waiter.call.claim()) {
                return waiter;
            }
        }
        return null;
    }

    /** Takes one out, if it is still there. */
    void remove(Waiter waiter) {
        if (!waiter.queued) {
            return;
        }
        Waiter before = waiter.previous;
        Waiter after = waiter.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        waiter.previous = null;
        waiter.next = null;
        waiter.queued = false;
    }

    boolean isEmpty() {
        return first == null;
    }
}
