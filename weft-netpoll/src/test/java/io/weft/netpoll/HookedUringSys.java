package io.weft.netpoll;

import io.weft.linux.UringSys;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The kernel, with something that happens right before the next enter of a thread. */
final class HookedUringSys implements UringSys {

    private final UringSys real;
    private final ThreadLocal<@Nullable Runnable> before = new ThreadLocal<>();

    HookedUringSys(UringSys real) {
        this.real = real;
    }

    void beforeMyNextEnter(Runnable action) {
        before.set(action);
    }

    @Override
    public int enter(int fd, int toSubmit, int minComplete, int flags, long timeoutNanos) {
        Runnable action = before.get();
        if (action != null) {
            before.remove();
            action.run();
        }
        return real.enter(fd, toSubmit, minComplete, flags, timeoutNanos);
    }

    @Override
    public int setup(int entries, MemorySegment parameters) {
        return real.setup(entries, parameters);
    }

    @Override
    public int register(int fd, int opcode, MemorySegment argument, int count) {
        return real.register(fd, opcode, argument, count);
    }

    @Override
    public long map(int fd, long length, long offset) {
        return real.map(fd, length, offset);
    }

    @Override
    public int unmap(long address, long length) {
        return real.unmap(address, length);
    }

    @Override
    public int close(int fd) {
        return real.close(fd);
    }
}
