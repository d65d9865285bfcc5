package io.weft.testkit;

import io.weft.linux.Errno;

/**
 * A system call that {@link FaultySys} answered.
 *
 * @param sequence its place among all calls, counted from 0
 * @param call which call
 * @param fd the descriptor it was about, or -1 where it makes one
 * @param result what it answered: 0 or more, or a negated errno
 * @param spoiled whether a fault changed it
 */
public record RecordedCall(long sequence, SysCall call, int fd, long result, boolean spoiled) {

    @Override
    public String toString() {
        String answer = result < 0 ? Errno.name((int) -result) : Long.toString(result);
        return "#" + sequence + " " + call + "(" + fd + ") = " + answer + (spoiled ? " (!)" : "");
    }
}
