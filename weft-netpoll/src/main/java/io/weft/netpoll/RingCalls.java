package io.weft.netpoll;

import org.jspecify.annotations.Nullable;

/** The calls that wait for their completion, by number. Guarded by the lock of the poller. */
final class RingCalls {

    static final int NONE = -1;

    /** At once and on one ring; who finds no place tries again. */
    private static final int MAX = 64;

    private final @Nullable RingCall[] calls = new RingCall[MAX];
    private int count;

    boolean isFull() {
        return count == MAX;
    }

    /** Gives a call a number; there must be one. */
    int enter(RingCall call) {
        int number = 0;
        while (calls[number] != null) {
            number++;
        }
        calls[number] = call;
        count++;
        return number;
    }

    /** Takes all calls out, and completes them. */
    void completeAll(int answer) {
        for (int number = 0; number < MAX; number++) {
            if (calls[number] != null) {
                leave(number).complete(answer);
            }
        }
    }

    /** Takes a call out. */
    RingCall leave(int number) {
        RingCall call = java.util.Objects.requireNonNull(calls[number]);
        calls[number] = null;
        count--;
        return call;
    }
}
