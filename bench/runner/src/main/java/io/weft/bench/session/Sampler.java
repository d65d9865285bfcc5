package io.weft.bench.session;

import io.weft.bench.load.Load;
import io.weft.bench.load.LoadException;
import io.weft.bench.load.LoadFigures;
import io.weft.bench.load.LoadOptions;
import io.weft.bench.machine.Quiet;
import io.weft.bench.process.ServerProcess;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Takes samples, again where the machine had something else to do. Used by one thread. */
public final class Sampler {

    private static final String HELD = "held";

    /** Figures that are kept of a window whose latencies say nothing. */
    private static final Set<String> WHY_NOT_HELD =
            Set.of(HELD, "target_rate", "rate", "send_late_p99_us", "others", "steal");

    private final Load load;
    private final Retakes retakes;
    private final String run;
    private final String bench;

    /** Samples of a run. */
    public Sampler(Load load, Retakes retakes, String run, String bench) {
        this.load = load;
        this.retakes = retakes;
        this.run = run;
        this.bench = bench;
    }

    /** A window of a server in a cell. A run of the load that fails is a sample with a problem. */
    public Sample take(ServerProcess server, Cell cell, int round, LoadOptions options)
            throws InterruptedException {
        Sample sample = once(server, cell, round, options);
        for (int i = 0; i < Retakes.OF_A_WINDOW_MOST && wantsAnother(sample, server); i++) {
            if (!retakes.take(options.warmUpSeconds() + options.seconds())) {
                return sample;
            }
            sample = once(server, cell, round, options);
        }
        return sample;
    }

    /** Another process may also be why a schedule was not held. */
    private static boolean wantsAnother(Sample sample, ServerProcess server) {
        return (sample.busy() || isNotHeld(sample)) && server.isAlive();
    }

    /** Whether there are no figures because the schedule of an open loop was not held. */
    public static boolean isNotHeld(Sample sample) {
        return !sample.isMeasured() && sample.figures().containsKey(HELD);
    }

    private Sample once(ServerProcess server, Cell cell, int round, LoadOptions options)
            throws InterruptedException {
        try {
            LoadFigures figures = load.run(server, options);
            boolean busy = !Quiet.isQuiet(figures.numbers());
            String notHeld = figures.notHeld();
            if (notHeld.isEmpty()) {
                return sample(cell, server.name(), round, figures.numbers(), busy);
            }
            Map<String, Double> why = new TreeMap<>(figures.numbers());
            why.keySet().retainAll(WHY_NOT_HELD);
            return new Sample(run, bench, cell, server.name(), round, why, busy, notHeld);
        } catch (LoadException e) {
            return problem(cell, server.name(), round, String.valueOf(e.getMessage()));
        }
    }

    /** A sample with figures of another origin. */
    public Sample sample(
            Cell cell, String server, int round, Map<String, Double> figures, boolean busy) {
        return new Sample(run, bench, cell, server, round, figures, busy, null);
    }

    /** A sample that says why there are no figures. */
    public Sample problem(Cell cell, String server, int round, String problem) {
        return new Sample(run, bench, cell, server, round, Map.of(), false, problem);
    }
}
