package io.weft.testkit;

import io.weft.linux.UringSys;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts faults between a ring and the kernel, counts calls and requests, and remembers the last
 * ones.
 *
 * <p>A call that fails is not made. A request that fails is not made either: right before it is
 * handed over, its entry is turned into one that does nothing but complete with that result. So the
 * completion comes the way of all completions, and the kernel's order is kept. One that is cut
 * short is made with a smaller length, and completes with it. The entry of an empty slot, and what
 * takes down, passes through uncounted.
 *
 * <p>As thread-safe as what it wraps; enters of one ring that do not wait are made one after the
 * other, as the kernel itself makes them.
 */
public final class FaultyUringSys implements UringSys {

    private static final int REGISTER_FILES_UPDATE = 6;
    private static final int REGISTER_FILES2 = 13;
    private static final int REGISTER_PBUF_RING = 22;

    /** In {@code struct io_uring_files_update}: where the address of the descriptors is. */
    private static final long UPDATE_DESCRIPTORS = 8;

    private final UringSys real;
    private final FaultPlan plan;
    private final Map<SysCall, AtomicLong> counts = new ConcurrentHashMap<>();
    private final AtomicLong spoiled = new AtomicLong();
    private final CallLog log = new CallLog();
    private final Map<Integer, FaultyRing> rings = new ConcurrentHashMap<>();

    /** Wraps another system. */
    public FaultyUringSys(UringSys real, FaultPlan plan) {
        this.real = real;
        this.plan = plan;
    }

    /** How often the call, or the request, was asked for, spoiled or not. */
    public long count(SysCall call) {
        return counter(call).get();
    }

    /** How many calls and requests a fault has changed. */
    public long spoiledCalls() {
        return spoiled.get();
    }

    /** The last calls and requests, oldest first; of a request the slot and what it was made. */
    public List<RecordedCall> recentCalls() {
        return log.recent();
    }

    @Override
    public int setup(int entries, MemorySegment parameters) {
        int answer = call(SysCall.RING_SETUP, -1, () -> real.setup(entries, parameters));
        if (answer >= 0) {
            rings.put(answer, new FaultyRing(this, parameters));
        }
        return answer;
    }

    @Override
    public int enter(int fd, int toSubmit, int minComplete, int flags, long timeoutNanos) {
        Fault fault = next(SysCall.RING_ENTER);
        if (fault != null && fault.fails()) {
            return refuse(SysCall.RING_ENTER, fd, fault);
        }
        FaultyRing ring = rings.get(fd);
        if (ring == null || minComplete > 0) {
            return real.enter(fd, toSubmit, minComplete, flags, timeoutNanos);
        }
        int most = fault == null ? toSubmit : Math.min(toSubmit, fault.maxBytes());
        int answer = ring.enter(most, count -> real.enter(fd, count, 0, flags, 0));
        return record(SysCall.RING_ENTER, fd, answer, most < toSubmit);
    }

    @Override
    public int register(int fd, int opcode, MemorySegment argument, int count) {
        SysCall kind =
                switch (opcode) {
                    case REGISTER_FILES2 -> SysCall.RING_TABLE;
                    case REGISTER_PBUF_RING -> SysCall.RING_BUFFERS;
                    case REGISTER_FILES_UPDATE -> emptiesSlot(argument) ? null : SysCall.RING_ADOPT;
                    default -> null;
                };
        return kind == null
                ? real.register(fd, opcode, argument, count)
                : call(kind, fd, () -> real.register(fd, opcode, argument, count));
    }

    private static boolean emptiesSlot(MemorySegment update) {
        long address = update.get(ValueLayout.JAVA_LONG, UPDATE_DESCRIPTORS);
        return memory(address, Integer.BYTES).get(ValueLayout.JAVA_INT, 0) < 0;
    }

    @Override
    public long map(int fd, long length, long offset) {
        Fault fault = next(SysCall.RING_MAP);
        if (fault != null) {
            return refuse(SysCall.RING_MAP, fd, fault);
        }
        long address = real.map(fd, length, offset);
        FaultyRing ring = rings.get(fd);
        if (address >= 0 && ring != null) {
            ring.mapped(offset, memory(address, length));
        }
        log.add(SysCall.RING_MAP, fd, address, false);
        return address;
    }

    @SuppressWarnings("restricted")
    private static MemorySegment memory(long address, long length) {
        return MemorySegment.ofAddress(address).reinterpret(length);
    }

    @Override
    public int unmap(long address, long length) {
        return real.unmap(address, length);
    }

    @Override
    public int close(int fd) {
        rings.remove(fd);
        return real.close(fd);
    }

    /** What happens to the next request of that kind. */
    @Nullable Fault next(SysCall call) {
        return plan.next(call, counter(call).incrementAndGet());
    }

    /** Notes what became of a call or a request. */
    int record(SysCall call, int fd, int answer, boolean isSpoiled) {
        if (isSpoiled) {
            spoiled.incrementAndGet();
        }
        log.add(call, fd, answer, isSpoiled);
        return answer;
    }

    private AtomicLong counter(SysCall call) {
        return counts.computeIfAbsent(call, _ -> new AtomicLong());
    }

    private int call(SysCall call, int fd, IntSupplier made) {
        Fault fault = next(call);
        return fault == null ? record(call, fd, made.getAsInt(), false) : refuse(call, fd, fault);
    }

    private int refuse(SysCall call, int fd, Fault fault) {
        return record(call, fd, -fault.errno(), true);
    }
}
