package io.weft.testkit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A plan that names the occurrences to spoil. Lines may be added while the system runs; where two
 * lines apply to one occurrence, the earlier line counts. Thread-safe.
 */
public final class FaultScript implements FaultPlan {

    private record Line(SysCall call, long first, long last, Fault fault) {
        boolean applies(SysCall other, long occurrence) {
            return call == other && first <= occurrence && occurrence <= last;
        }
    }

    private final List<Line> lines = new CopyOnWriteArrayList<>();

    /** Starts without faults. */
    public FaultScript() {}

    /** The {@code occurrence}-th call, counted from 1, fails. */
    public FaultScript fail(SysCall call, long occurrence, int errno) {
        return failRange(call, occurrence, occurrence, errno);
    }

    /** The calls from {@code first} to {@code last}, both counted from 1 and included, fail. */
    public FaultScript failRange(SysCall call, long first, long last, int errno) {
        return add(new Line(call, first, last, Fault.failing(errno)));
    }

    /** The {@code occurrence}-th call, counted from 1, moves at most that many bytes. */
    public FaultScript shorten(SysCall call, long occurrence, int maxBytes) {
        return add(new Line(call, occurrence, occurrence, shortened(call, maxBytes)));
    }

    /** The {@code occurrence}-th call, counted from 1, finds the end of the stream. */
    public FaultScript end(SysCall call, long occurrence) {
        if (call != SysCall.RECV && call != SysCall.RING_RECV) {
            throw new IllegalArgumentException(call + " finds no end of a stream");
        }
        return add(new Line(call, occurrence, occurrence, Fault.end()));
    }

    /** Every call moves at most that many bytes. */
    public FaultScript shortenAll(SysCall call, int maxBytes) {
        return add(new Line(call, 1, Long.MAX_VALUE, shortened(call, maxBytes)));
    }

    @Override
    public @Nullable Fault next(SysCall call, long occurrence) {
        for (Line line : lines) {
            if (line.applies(call, occurrence)) {
                return line.fault;
            }
        }
        return null;
    }

    static Fault shortened(SysCall call, int maxBytes) {
        if (!call.isTransfer()) {
            throw new IllegalArgumentException(call + " moves no bytes");
        }
        return Fault.shortened(maxBytes);
    }

    private FaultScript add(Line line) {
        if (line.first < 1 || line.last < line.first) {
            throw new IllegalArgumentException(
                    "occurrences are counted from 1: " + line.first + ".." + line.last);
        }
        lines.add(line);
        return this;
    }
}
