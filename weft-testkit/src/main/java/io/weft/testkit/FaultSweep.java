package io.weft.testkit;

import io.weft.linux.Errno;
import io.weft.linux.Sys;

/**
 * Runs a session again and again, each time with the next occurrence of one system call failing,
 * until there is no further occurrence: every call has failed once.
 */
public final class FaultSweep {

    /** What is run: it must end, leak nothing, and fail only as documented, whatever goes wrong. */
    @FunctionalInterface
    public interface Session {

        /** Runs once on that system. */
        void run(FaultySys sys) throws Exception;
    }

    private FaultSweep() {}

    /**
     * Runs the sweep.
     *
     * @param maxRuns how many runs are too many: the session must come to its end before
     * @return how many occurrences were made to fail
     * @throws AssertionError naming the occurrence with which the session threw, or if the session
     *     makes {@code maxRuns} such calls or more
     */
    public static int everyOccurrence(
            Sys real, SysCall call, int errno, int maxRuns, Session session) {
        for (int occurrence = 1; occurrence <= maxRuns; occurrence++) {
            FaultScript script = new FaultScript().fail(call, occurrence, errno);
            FaultySys sys = new FaultySys(real, script);
            try {
                session.run(sys);
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        "with " + call + " " + occurrence + " failing with " + Errno.name(errno),
                        e);
            }
            if (sys.spoiledCalls() == 0) {
                return occurrence - 1;
            }
        }
        throw new AssertionError("still more calls of " + call + " after " + maxRuns + " runs");
    }
}
