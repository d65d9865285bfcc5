package io.weft.bench.session;

import io.weft.bench.load.LoadException;
import io.weft.bench.load.LoadFigures;
import io.weft.bench.machine.OthersWatch;
import io.weft.bench.machine.Quiet;
import io.weft.bench.process.Child;
import io.weft.bench.process.ChildException;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Takes samples of programs that print one line of figures and end; again where the machine had
 * something else to do. Used by one thread.
 */
public final class ProgramSampler {

    private static final double TIMEOUT_SECONDS = 300;

    private final Retakes retakes;
    private final String run;
    private final String bench;

    /** Samples of a run. */
    public ProgramSampler(Retakes retakes, String run, String bench) {
        this.retakes = retakes;
        this.run = run;
        this.bench = bench;
    }

    /** Runs a program. One that fails is a sample with a problem. */
    public Sample take(Cell cell, String peer, int round, List<String> command)
            throws InterruptedException {
        try {
            Sample sample = once(cell, peer, round, command);
            for (int i = 0; i < Retakes.OF_A_WINDOW_MOST && sample.busy(); i++) {
                if (!retakes.take(sample.figures().getOrDefault("process_seconds", 1.0))) {
                    return sample;
                }
                sample = once(cell, peer, round, command);
            }
            return sample;
        } catch (ChildException | LoadException e) {
            return problem(cell, peer, round, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return problem(cell, peer, round, "the kernel's counts cannot be read: " + e);
        }
    }

    private Sample once(Cell cell, String peer, int round, List<String> command)
            throws ChildException, LoadException, IOException, InterruptedException {
        OthersWatch before = OthersWatch.read();
        Map<String, Double> figures = figures(peer + " " + cell.operation(), command);
        Map<String, Double> machine = OthersWatch.read().since(before);
        Map<String, Double> all = new TreeMap<>(figures);
        all.put("others", machine.getOrDefault("others", 0.0));
        all.put("steal", machine.getOrDefault("steal", 0.0));
        all.put("process_seconds", machine.getOrDefault("seconds", 0.0));
        return new Sample(run, bench, cell, peer, round, all, !Quiet.isQuiet(machine), null);
    }

    /** Returns when the process has ended, so that its CPU time counts as ours. */
    private static Map<String, Double> figures(String name, List<String> command)
            throws ChildException, LoadException, InterruptedException {
        try (Child child = Child.start(name, command, Map.of())) {
            String line = child.nextLine(TIMEOUT_SECONDS);
            if (!child.awaitEnd(TIMEOUT_SECONDS)) {
                throw new ChildException(name + " does not end");
            }
            return LoadFigures.parse(line).numbers();
        }
    }

    /** A sample with figures of another origin. */
    public Sample sample(Cell cell, String peer, int round, Map<String, Double> figures) {
        return new Sample(run, bench, cell, peer, round, figures, false, null);
    }

    /** A sample that says why there are no figures. */
    public Sample problem(Cell cell, String peer, int round, String problem) {
        return new Sample(run, bench, cell, peer, round, Map.of(), false, problem);
    }
}
