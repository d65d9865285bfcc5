package io.weft.bench.micro;

import io.weft.bench.Failure;
import io.weft.bench.load.LoadException;
import io.weft.bench.load.LoadFigures;
import io.weft.bench.machine.Quiet;
import io.weft.bench.process.Child;
import io.weft.bench.process.ChildException;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.session.Progress;
import io.weft.bench.session.Retakes;
import io.weft.bench.session.Session;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Rounds of programs that take turns, each in a process of its own. Used by one thread. */
final class MicroRun {

    static final String BENCH = "micro";

    private static final double TIMEOUT_SECONDS = 180;

    private final MicroOptions options;
    private final Programs programs;
    private final Pinning pinning;
    private final Map<String, String> leftOut;
    private final Session session;
    private final Progress progress;
    private final Retakes retakes;

    MicroRun(
            MicroOptions options,
            Programs programs,
            Pinning pinning,
            Map<String, String> leftOut,
            Session session) {
        this.options = options;
        this.programs = programs;
        this.pinning = pinning;
        this.leftOut = leftOut;
        this.session = session;
        double planned = MicroPlan.seconds(options);
        this.progress = new Progress(System.err, BENCH, planned);
        this.retakes = new Retakes(planned);
    }

    void measure() throws Failure, InterruptedException {
        for (String operation : options.operations()) {
            for (int procs : options.procs()) {
                measure(Cell.micro(operation, procs), operation, procs);
            }
        }
    }

    private void measure(Cell cell, String operation, int procs)
            throws Failure, InterruptedException {
        progress.next(cell.title());
        Set<String> failed = new HashSet<>();
        for (int round = 1; round <= options.rounds(); round++) {
            for (String peer : options.peers()) {
                if (Operations.has(peer, operation) && !failed.contains(peer)) {
                    Sample sample = take(cell, peer, round);
                    session.add(sample);
                    failed.addAll(sample.isMeasured() ? Set.of() : Set.of(peer));
                    progress.done(MicroPlan.seconds(operation, peer, procs));
                }
            }
        }
    }

    private Sample take(Cell cell, String peer, int round) throws InterruptedException {
        if (leftOut.containsKey(peer)) {
            return problem(cell, peer, round, peer + " was left out: " + leftOut.get(peer));
        }
        try {
            Sample sample = once(cell, peer, round);
            for (int i = 0; i < Retakes.OF_A_WINDOW_MOST && sample.busy(); i++) {
                if (!retakes.take(sample.figures().getOrDefault("process_seconds", 1.0))) {
                    return sample;
                }
                sample = once(cell, peer, round);
            }
            return sample;
        } catch (ChildException | LoadException e) {
            return problem(cell, peer, round, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return problem(cell, peer, round, "the kernel's counts cannot be read: " + e);
        }
    }

    private Sample once(Cell cell, String peer, int round)
            throws ChildException, LoadException, IOException, InterruptedException {
        String operation = String.valueOf(cell.operation());
        int procs = cell.procs() == null ? 1 : cell.procs();
        List<String> command = new ArrayList<>(List.of("taskset", "-c", pinning.cpus(procs)));
        command.addAll(programs.command(peer, operation, procs, options));
        OthersWatch before = OthersWatch.read();
        Map<String, Double> figures = figures(peer + " " + operation, command);
        Map<String, Double> machine = OthersWatch.read().since(before);
        Map<String, Double> all = new TreeMap<>(figures);
        all.put("others", machine.getOrDefault("others", 0.0));
        all.put("steal", machine.getOrDefault("steal", 0.0));
        all.put("process_seconds", machine.getOrDefault("seconds", 0.0));
        boolean busy = !Quiet.isQuiet(machine);
        return new Sample(session.header().run(), BENCH, cell, peer, round, all, busy, null);
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

    private Sample problem(Cell cell, String peer, int round, String problem) {
        String run = session.header().run();
        return new Sample(run, BENCH, cell, peer, round, Map.of(), false, problem);
    }
}
