package io.weft.linux;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** {@link UringSys} made of real system calls. */
public final class NativeUringSys implements UringSys {

    private final CallStates states;

    /** Uses the states of that strategy. Only where {@link Linux#isSupported}. */
    public NativeUringSys(CallStates states) {
        this.states = Objects.requireNonNull(states);
    }

    /**
     * Makes every call, and every access to a ring, without effect. To be called on a platform
     * thread before the first goroutine uses this object, for the reasons of {@link
     * NativeSys#rehearse}. Where the kernel refuses rings, it only links the calls.
     */
    public void rehearse() {
        UringRehearsal.play(this);
    }

    @Override
    public int setup(int entries, MemorySegment parameters) {
        return UringCalls.setup(states.current(), entries, parameters);
    }

    @Override
    public int enter(int fd, int toSubmit, int minComplete, int flags, long timeoutNanos) {
        CallState state = states.current();
        if (minComplete == 0 && toSubmit <= MAX_CRITICAL_SUBMIT) {
            return UringCalls.enterNow(state, fd, toSubmit, flags);
        }
        if (minComplete == 0 || timeoutNanos < 0) {
            return UringCalls.enter(state, fd, toSubmit, minComplete, flags);
        }
        UringCalls.prepareTimeout(state, timeoutNanos);
        return UringCalls.enterTimed(state, fd, toSubmit, minComplete, flags);
    }

    @Override
    public int register(int fd, int opcode, MemorySegment argument, int count) {
        return UringCalls.register(states.current(), fd, opcode, argument, count);
    }

    @Override
    public long map(int fd, long length, long offset) {
        return UringCalls.map(states.current(), fd, length, offset);
    }

    @Override
    public int unmap(long address, long length) {
        return UringCalls.unmap(states.current(), address, length);
    }

    @Override
    public int close(int fd) {
        return SocketCalls.close(states.current(), fd);
    }
}
