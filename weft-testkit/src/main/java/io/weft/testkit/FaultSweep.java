package io.weft.testkit;

import io.weft.linux.Errno;
import io.weft.linux.Sys;
import io.weft.linux.UringSys;

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

    /** The same, of a session on rings. */
    @FunctionalInterface
    public interface RingSession {

        /** Runs once on that system. */
        void run(FaultyUringSys sys) throws Exception;
    }

    /** One run of either; how many calls were spoiled. */
    @FunctionalInterface
    private interface Run {
        long with(FaultScript script) throws Exception;
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
        return everyOccurrence(
                call,
                errno,
                maxRuns,
                script -> {
                    FaultySys sys = new FaultySys(real, script);
                    session.run(sys);
                    return sys.spoiledCalls();
                });
    }

    /** The same with a call of a ring, or a request on one. */
    public static int everyOccurrence(
            UringSys real, SysCall call, int errno, int maxRuns, RingSession session) {
        return everyOccurrence(
                call,
                errno,
                maxRuns,
                script -> {
                    FaultyUringSys sys = new FaultyUringSys(real, script);
                    session.run(sys);
                    return sys.spoiledCalls();
                });
    }

    private static int everyOccurrence(SysCall call, int errno, int maxRuns, Run run) {
        for (int occurrence = 1; occurrence <= maxRuns; occurrence++) {
            long spoiled;
            try {
                spoiled = run.with(new FaultScript().fail(call, occurrence, errno));
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        "with " + call + " " + occurrence + " failing with " + Errno.name(errno),
                        e);
            }
            if (spoiled == 0) {
                return occurrence - 1;
            }
        }
        throw new AssertionError("still more calls of " + call + " after " + maxRuns + " runs");
    }
}
