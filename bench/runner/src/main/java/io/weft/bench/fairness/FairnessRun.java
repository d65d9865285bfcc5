package io.weft.bench.fairness;

import io.weft.bench.Failure;
import io.weft.bench.load.Load;
import io.weft.bench.machine.Cpus;
import io.weft.bench.micro.Programs;
import io.weft.bench.process.Home;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.session.ProgramSampler;
import io.weft.bench.session.Progress;
import io.weft.bench.session.Retakes;
import io.weft.bench.session.Sampler;
import io.weft.bench.session.Session;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Takes all samples, part by part. Used by one thread. */
final class FairnessRun {

    static final String BENCH = "fairness";

    private final Home home;
    private final Cpus cpus;
    private final FairnessOptions options;
    private final FairnessPrograms programs;
    private final Session session;
    private final Progress progress;
    private final ProgramSampler sampler;
    private final ServedEcho served;
    private final EchoWindows windows;

    FairnessRun(
            FairnessPrograms programs,
            Cpus cpus,
            FairnessOptions options,
            Session session,
            PrintStream err) {
        this.home = programs.home();
        this.cpus = cpus;
        this.options = options;
        this.programs = programs;
        this.session = session;
        double planned = FairnessPlan.seconds(options);
        Retakes retakes = new Retakes(planned);
        String run = session.header().run();
        Load load = new Load(home);
        this.progress = new Progress(err, BENCH, planned);
        this.sampler = new ProgramSampler(retakes, run, BENCH);
        Sampler windowSampler = new Sampler(load, retakes, run, BENCH);
        this.served = new ServedEcho(load, retakes, windowSampler, both());
        this.windows = new EchoWindows(load, windowSampler, session, cpus);
    }

    private String both() {
        return cpus.server() + "," + cpus.load();
    }

    void run() throws Failure, InterruptedException {
        for (Part part : options.parts()) {
            progress.next(part.text());
            measure(part);
            progress.done(FairnessPlan.seconds(part, options));
        }
    }

    private void measure(Part part) throws Failure, InterruptedException {
        switch (part) {
            case SLEEP -> {
                for (Cell cell : FairnessCells.SLEEPS.keySet()) {
                    rounds(cell, options.peers(), this::sleep);
                }
            }
            case EARLY -> early();
            case RESET -> {
                rounds(FairnessCells.RESET, options.peers(), this::reset);
                rounds(FairnessCells.ARMED, options.peers(), this::armed);
            }
            case DEADLINE -> deadline();
            case LOOPS -> served(FairnessCells.LOOPS, Disturbed.LOOPS);
            case BLOCKING -> served(FairnessCells.BLOCKING, Disturbed.BLOCKING);
            case READABLE -> served(FairnessCells.READABLE, Disturbed.READABLE);
            case IDLE -> {
                IdleTimers idle = new IdleTimers(sampler, both());
                rounds(
                        FairnessCells.IDLE,
                        options.peers(),
                        (cell, peer, round) -> idle.take(cell, peer, round, idleProgram(peer)));
            }
            case PRICE -> price();
        }
    }

    /** Takes a sample of a peer in a cell. */
    @FunctionalInterface
    private interface Turn {
        Sample take(Cell cell, String peer, int round) throws InterruptedException;
    }

    /** Peers in turns; one that fails, or whose echo stops, is not asked again. */
    private void rounds(Cell cell, List<String> peers, Turn turn)
            throws Failure, InterruptedException {
        Set<String> failed = new HashSet<>();
        for (int round = 1; round <= options.rounds(); round++) {
            for (String peer : peers) {
                if (!failed.contains(peer)) {
                    String missing = programs.missing(peer);
                    Sample sample =
                            missing.isEmpty()
                                    ? turn.take(cell, peer, round)
                                    : sampler.problem(cell, peer, round, missing);
                    session.add(sample);
                    failed.addAll(sample.isMeasured() ? Set.of() : Set.of(peer));
                }
            }
        }
    }

    private Sample sleep(Cell cell, String peer, int round) throws InterruptedException {
        int nanos = FairnessCells.SLEEPS.getOrDefault(cell, 0);
        List<String> arguments = new ArrayList<>(List.of("--nanos", String.valueOf(nanos)));
        arguments.addAll(window(peer));
        return program(cell, peer, round, "sleep", arguments);
    }

    private Sample reset(Cell cell, String peer, int round) throws InterruptedException {
        return program(cell, peer, round, "reset", window(peer));
    }

    private Sample armed(Cell cell, String peer, int round) throws InterruptedException {
        List<String> arguments = List.of("--timers", String.valueOf(options.armed()));
        return program(cell, peer, round, "armed", arguments);
    }

    /** All timers in one go: there is nothing to compare. */
    private void early() throws Failure, InterruptedException {
        List<String> arguments = List.of("--timers", String.valueOf(options.timers()));
        session.add(program(FairnessCells.EARLY, Programs.WEFT, 1, "early", arguments));
    }

    private Sample program(Cell cell, String peer, int round, String part, List<String> arguments)
            throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", both()));
        command.addAll(programs.program(peer, part, arguments));
        return sampler.take(cell, peer, round, command);
    }

    private static List<String> window(String peer) {
        return List.of(
                "--warmup-millis",
                String.valueOf(FairnessPlan.warmUpMillis(peer)),
                "--millis",
                String.valueOf(FairnessPlan.WINDOW_MILLIS));
    }

    private List<String> idleProgram(String peer) {
        String timers = String.valueOf(FairnessPlan.IDLE_TIMERS);
        return programs.program(peer, "idle", List.of("--timers", timers));
    }

    private void served(Cell cell, Disturbed how) throws Failure, InterruptedException {
        rounds(
                cell,
                options.peers(),
                (c, peer, round) -> {
                    List<String> command = programs.program(peer, "serve", how.arguments());
                    return served.take(
                            c, new ServedEcho.Turn(peer, round, options.seconds()), how, command);
                });
    }

    private void deadline() throws Failure, InterruptedException {
        List<EchoWindows.Contender> contenders = new ArrayList<>();
        for (String peer : options.peers()) {
            contenders.add(contender(peer, FairnessCells.NO_DEADLINE, false));
            contenders.add(contender(peer, FairnessCells.DEADLINE, true));
        }
        windows.measure(contenders, FairnessPlan.FORKS, windowsEach());
    }

    private EchoWindows.Contender contender(String peer, Cell cell, boolean deadline) {
        return new EchoWindows.Contender(
                peer, cell, home.missing(peer), programs.echo(peer, deadline));
    }

    private int windowsEach() {
        return options.rounds() * FairnessPlan.WINDOWS_PER_ROUND;
    }

    private void price() throws Failure, InterruptedException {
        try (Worktree before = Worktree.of(home, String.valueOf(options.before()))) {
            before.build();
            FairnessPrograms then = new FairnessPrograms(before.home(), programs.java());
            windows.measure(
                    List.of(
                            new EchoWindows.Contender(
                                    Programs.WEFT,
                                    FairnessCells.BEFORE,
                                    "",
                                    then.echo(Programs.WEFT, false)),
                            contender(Programs.WEFT, FairnessCells.AFTER, false)),
                    FairnessPlan.PRICE_FORKS,
                    windowsEach());
        }
    }
}
