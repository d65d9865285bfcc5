package io.weft.bench.micro;

import io.weft.bench.Failure;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.session.ProgramSampler;
import io.weft.bench.session.Progress;
import io.weft.bench.session.Retakes;
import io.weft.bench.session.Session;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rounds of programs that take turns, each in a process of its own. Used by one thread. */
final class MicroRun {

    static final String BENCH = "micro";

    private final MicroOptions options;
    private final Programs programs;
    private final Pinning pinning;
    private final Map<String, String> leftOut;
    private final Session session;
    private final Progress progress;
    private final ProgramSampler sampler;

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
        this.sampler = new ProgramSampler(new Retakes(planned), session.header().run(), BENCH);
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
            return sampler.problem(cell, peer, round, peer + " was left out: " + leftOut.get(peer));
        }
        String operation = String.valueOf(cell.operation());
        int procs = cell.procs() == null ? 1 : cell.procs();
        List<String> command = new ArrayList<>(List.of("taskset", "-c", pinning.cpus(procs)));
        command.addAll(programs.command(peer, operation, procs, options));
        return sampler.take(cell, peer, round, command);
    }
}
