package io.weft.sched;

import org.jspecify.annotations.Nullable;

/** Bytes that come over a simulated network, and the one task that reads them. */
final class SimulatedStream {

    private final int number;
    private final int length;

    /** Registered there. */
    final SimulatedPoller poller;

    private int arrived;
    private int read;

    /** Who waits for the next edge. */
    private @Nullable SimulatedTask reader;

    SimulatedStream(int number, int length, SimulatedPoller poller) {
        this.number = number;
        this.length = length;
        this.poller = poller;
    }

    /** The byte at a place, as it was sent. */
    private byte sent(int place) {
        return (byte) (number * 31 + place * 7);
    }

    /** What is in the socket: made where it is read, so that a wrong place shows. */
    private byte received(int place) {
        return place < arrived ? sent(place) : 0;
    }

    /** So many bytes come, or as many as are left. */
    void arrive(int count) {
        arrived = Math.min(length, arrived + count);
        poller.arrive(this);
    }

    boolean hasArrived() {
        return arrived == length;
    }

    boolean isRead() {
        return read == length;
    }

    /** Reads what has come; returns how much. */
    int read() {
        int before = read;
        while (read < arrived) {
            if (received(read) != sent(read)) {
                throw new AssertionError("stream " + number + " has a wrong byte at " + read);
            }
            read++;
        }
        return read - before;
    }

    /** The task parks next; an edge wakes it. */
    void await(SimulatedTask task) {
        reader = task;
    }

    /** Whether the reader waits although there are bytes, and no edge is on its way. */
    boolean isForgotten() {
        return reader != null && read < arrived && poller.isBlocked();
    }

    void onEdge() {
        SimulatedTask waiting = reader;
        reader = null;
        if (waiting != null) {
            waiting.wake();
        }
    }
}
