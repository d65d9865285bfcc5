package io.weft.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The last calls, in a ring that needs no lock. */
final class CallLog {

    /** Enough to see what led to a failure; a power of two. */
    private static final int CAPACITY = 4096;

    private final AtomicLong next = new AtomicLong();
    private final AtomicReferenceArray<RecordedCall> ring = new AtomicReferenceArray<>(CAPACITY);

    void add(SysCall call, int fd, long result, boolean spoiled) {
        long sequence = next.getAndIncrement();
        RecordedCall entry = new RecordedCall(sequence, call, fd, result, spoiled);
        ring.set((int) (sequence & (CAPACITY - 1)), entry);
    }

    List<RecordedCall> recent() {
        List<RecordedCall> calls = new ArrayList<>();
        for (int i = 0; i < CAPACITY; i++) {
            RecordedCall call = ring.get(i);
            if (call != null) {
                calls.add(call);
            }
        }
        calls.sort(Comparator.comparingLong(RecordedCall::sequence));
        return calls;
    }
}
