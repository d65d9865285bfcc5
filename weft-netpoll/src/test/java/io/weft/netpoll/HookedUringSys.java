package io.weft.netpoll;

import io.weft.linux.UringSys;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The kernel, with something that happens right before the next enter of a thread. */
final class HookedUringSys implements UringSys {

    private final UringSys real;
    private final Map<Thread, Runnable> before = new ConcurrentHashMap<>();

    HookedUringSys(UringSys real) {
        this.real = real;
    }

    void beforeMyNextEnter(Runnable action) {
        before.put(Thread.currentThread(), action);
    }

    @Override
    public int enter(int fd, int toSubmit, int minComplete, int flags, long timeoutNanos) {
        Runnable action = before.remove(Thread.currentThread());
        if (action != null) {
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
