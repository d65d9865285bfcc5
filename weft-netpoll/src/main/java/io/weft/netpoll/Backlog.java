package io.weft.netpoll;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Bytes in a queue: what a connection was sent and has not read, while buffers are scarce; or what
 * it has written and the kernel did not take. Made when it is first needed; its owner bounds it.
 */
final class Backlog {

    private byte[] bytes = {};
    private int start;
    private int end;

    boolean isEmpty() {
        return start == end;
    }

    int size() {
        return end - start;
    }

    void add(MemorySegment source, int offset, int length) {
        if (bytes.length - end < length) {
            byte[] larger = new byte[size() + length];
            System.arraycopy(bytes, start, larger, 0, size());
            end -= start;
            start = 0;
            bytes = larger;
        }
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset, bytes, end, length);
        end += length;
    }

    /** Copies the first bytes, as many as fit; returns how many. */
    int peek(MemorySegment target, int length) {
        int count = Math.min(length, size());
        MemorySegment.copy(bytes, start, target, ValueLayout.JAVA_BYTE, 0, count);
        return count;
    }

    /** Drops the first bytes. */
    void skip(int count) {
        start += count;
        if (start == end) {
            bytes = new byte[0];
            start = 0;
            end = 0;
        }
    }
}
