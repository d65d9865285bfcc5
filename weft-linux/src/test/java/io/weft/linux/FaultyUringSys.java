package io.weft.linux;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The kernel, but for calls that are made to fail; remembers what is open and mapped. */
final class FaultyUringSys implements UringSys {

    private static final int FEATURES = 20;

    private final UringSys real = TestRing.URING_SYS;

    final Set<Integer> open = new HashSet<>();
    final Map<Long, Long> mapped = new HashMap<>();

    /** Answered by setup instead of a ring, where not 0. */
    int setupAnswer;

    /** The number of the map that fails, from 1 on; 0 for none. */
    int failingMap;

    int mapAnswer = -Errno.ENOMEM;

    /** Features that the kernel is made to deny. */
    int deniedFeatures;

    /** Setup flags that the kernel is made to refuse. */
    int refusedFlags;

    /** A registration that the kernel is made not to know. */
    int unknownRegistration = -1;

    /** Answered by every other registration instead of being made, where not 0. */
    int registerAnswer;

    int maps;

    @Override
    public int setup(int entries, MemorySegment parameters) {
        if (setupAnswer != 0) {
            return setupAnswer;
        }
        if ((parameters.get(Downcalls.INT, Long.BYTES) & refusedFlags) != 0) {
            return -Errno.EINVAL;
        }
        int answer = real.setup(entries, parameters);
        if (answer >= 0) {
            open.add(answer);
            int features = parameters.get(Downcalls.INT, FEATURES);
            parameters.set(Downcalls.INT, FEATURES, features & ~deniedFeatures);
        }
        return answer;
    }

    @Override
    public int enter(int fd, int toSubmit, int minComplete, int flags, long timeoutNanos) {
        return real.enter(fd, toSubmit, minComplete, flags, timeoutNanos);
    }

    @Override
    public int register(int fd, int opcode, MemorySegment argument, int count) {
        if (opcode == unknownRegistration) {
            return -Errno.EINVAL;
        }
        return registerAnswer != 0 ? registerAnswer : real.register(fd, opcode, argument, count);
    }

    @Override
    public long map(int fd, long length, long offset) {
        maps++;
        if (maps == failingMap) {
            return mapAnswer;
        }
        long address = real.map(fd, length, offset);
        if (address >= 0) {
            mapped.put(address, length);
        }
        return address;
    }

    @Override
    public int unmap(long address, long length) {
        if (!mapped.remove(address, length)) {
            throw new AssertionError("unmapped what was not mapped: " + address);
        }
        return real.unmap(address, length);
    }

    @Override
    public int close(int fd) {
        if (fd >= 0 && !open.remove(fd)) {
            throw new AssertionError("closed what was not open: " + fd);
        }
        return real.close(fd);
    }
}
