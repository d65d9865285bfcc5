package io.weft.bench.session;

import io.weft.bench.Failure;
import io.weft.bench.load.LoadException;
import io.weft.bench.process.ChildException;
import io.weft.bench.process.Home;
import io.weft.bench.process.Lineup;
import io.weft.bench.process.ServerProcess;
import io.weft.bench.process.Servers;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.RunHeader;
import io.weft.bench.samples.Sample;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Measures servers one by one, each round in a process of its own. Used by one thread. */
public final class Solo {

    /** What is measured of a server that has just started. */
    @FunctionalInterface
    public interface Body {
        Map<String, Double> measure(ServerProcess server)
                throws LoadException, ChildException, InterruptedException;
    }

    private final Home home;
    private final Session session;
    private final Progress progress;
    private final Lineup.Setting setting;

    /** Servers of a session that are started with a setting. */
    public Solo(Home home, Session session, Progress progress, Lineup.Setting setting) {
        this.home = home;
        this.session = session;
        this.progress = progress;
        this.setting = setting;
    }

    /** All rounds of all servers; one that fails is not asked again. */
    public void rounds(List<String> servers, int rounds, Cell cell, Body body)
            throws Failure, InterruptedException {
        Set<String> failed = new HashSet<>();
        for (int round = 1; round <= rounds; round++) {
            for (String name : servers) {
                if (!failed.contains(name)) {
                    progress.next("round %d of %d, %s".formatted(round, rounds, name));
                    Sample sample = sample(name, round, cell, body);
                    session.add(sample);
                    failed.addAll(sample.isMeasured() ? Set.of() : Set.of(name));
                }
                progress.part(rounds * servers.size());
            }
        }
    }

    private Sample sample(String name, int round, Cell cell, Body body)
            throws InterruptedException {
        RunHeader header = session.header();
        try {
            Map<String, Double> figures = figures(name, body);
            return new Sample(
                    header.run(), header.bench(), cell, name, round, figures, false, null);
        } catch (ChildException | LoadException e) {
            String problem = String.valueOf(e.getMessage());
            return new Sample(
                    header.run(), header.bench(), cell, name, round, Map.of(), false, problem);
        }
    }

    private Map<String, Double> figures(String name, Body body)
            throws ChildException, LoadException, InterruptedException {
        String missing = home.missing(name);
        if (!missing.isEmpty()) {
            throw new ChildException(missing);
        }
        List<String> command =
                Servers.command(home, name, setting.threads(), setting.bufferBytes());
        try (ServerProcess server =
                ServerProcess.start(name, command, setting.cpus(), setting.environment())) {
            return body.measure(server);
        }
    }
}
