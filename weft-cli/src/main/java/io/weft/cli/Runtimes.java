package io.weft.cli;

import io.weft.Weft;
import io.weft.WeftRuntime;

/** Starts the runtime that a command works on. */
final class Runtimes {

    private static final int MAX_PROCS = 4_096;

    private Runtimes() {}

    /**
     * Starts a runtime.
     *
     * @param procs how many Ps, or 0 for as many as the machine has processors
     */
    static WeftRuntime start(String name, int procs, PollerOption poller) throws Failure {
        poller.chosen();
        return start(name, procs);
    }

    /** The same, with the usual poller. */
    static WeftRuntime start(String name, int procs) throws Failure {
        if (procs < 0 || procs > MAX_PROCS) {
            throw new Failure(
                    "--procs %d is out of range: use 1 to %d".formatted(procs, MAX_PROCS));
        }
        String cause = Weft.unavailabilityCause().orElse(null);
        if (cause != null) {
            throw new Failure("Weft cannot run here: " + cause);
        }
        return procs == 0
                ? Weft.builder().name(name).build()
                : Weft.builder().name(name).procs(procs).build();
    }
}
