package io.weft.cli;

import io.weft.Builder;
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
        checkProcs(procs);
        String cause = Weft.unavailabilityCause().orElse(null);
        if (cause != null) {
            throw new Failure("Weft cannot run here: " + cause);
        }
        Builder builder = Weft.builder().name(name).poller(poller.chosen());
        return procs == 0 ? builder.build() : builder.procs(procs).build();
    }

    static void checkProcs(int procs) throws Failure {
        if (procs < 0 || procs > MAX_PROCS) {
            throw new Failure(
                    "--procs %d is out of range: use 1 to %d".formatted(procs, MAX_PROCS));
        }
    }
}
