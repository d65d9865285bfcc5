package io.weft.bench.fairness;

import io.weft.bench.Failure;
import io.weft.bench.load.Load;
import io.weft.bench.load.LoadException;
import io.weft.bench.load.LoadOptions;
import io.weft.bench.machine.Cpus;
import io.weft.bench.process.ChildException;
import io.weft.bench.process.ServerProcess;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.session.Sampler;
import io.weft.bench.session.Session;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Many short windows of a closed loop over 100 connections, in turns, of echo servers that run side
 * by side: the server on one CPU, the load on the other. A difference of two or three percent is
 * less than that of two JVMs that compiled at other moments, so the servers are started several
 * times. Used by one thread.
 */
final class EchoWindows {

    static final String COST = "server_ns";

    private static final int CONNECTIONS = 100;

    /**
     * A server that takes turns.
     *
     * @param peer of its samples
     * @param cell of its samples
     * @param missing why it cannot be started, or empty
     * @param command that starts it
     */
    record Contender(String peer, Cell cell, String missing, List<String> command) {}

    private final Load load;
    private final Sampler sampler;
    private final Session session;
    private final Cpus cpus;

    EchoWindows(Load load, Sampler sampler, Session session, Cpus cpus) {
        this.load = load;
        this.sampler = sampler;
        this.session = session;
        this.cpus = cpus;
    }

    /** All servers in so many processes each, with so many windows of each process. */
    void measure(List<Contender> contenders, int forks, int windows)
            throws Failure, InterruptedException {
        for (int fork = 0; fork < forks; fork++) {
            Map<Contender, ServerProcess> running = new LinkedHashMap<>();
            try {
                for (Contender contender : contenders) {
                    start(contender, fork * windows + 1, running);
                }
                for (int i = 1; i <= windows; i++) {
                    round(running, fork * windows + i);
                }
            } finally {
                running.values().forEach(ServerProcess::close);
            }
        }
    }

    private void start(Contender contender, int round, Map<Contender, ServerProcess> running)
            throws Failure, InterruptedException {
        try {
            if (!contender.missing().isEmpty()) {
                throw new ChildException(contender.missing());
            }
            ServerProcess server =
                    ServerProcess.start(
                            contender.peer(),
                            contender.command(),
                            String.valueOf(cpus.server()),
                            Map.of());
            running.put(contender, server);
            FairnessPlan.ECHO_STEADY.warm(load, server, options());
        } catch (ChildException | LoadException e) {
            drop(contender, round, String.valueOf(e.getMessage()), running);
        }
    }

    /** Every other round goes backwards, so that nobody always follows the same. */
    private void round(Map<Contender, ServerProcess> running, int round)
            throws Failure, InterruptedException {
        List<Contender> order = new ArrayList<>(running.keySet());
        if (round % 2 == 0) {
            Collections.reverse(order);
        }
        LoadOptions window =
                options().withWindow(FairnessPlan.ECHO_WARM_UP_SECONDS, FairnessPlan.ECHO_SECONDS);
        for (Contender contender : order) {
            ServerProcess server = running.get(contender);
            if (server == null) {
                continue;
            }
            Sample sample = sampler.take(server, contender.cell(), round, window);
            session.add(sample);
            if (!server.isAlive()) {
                running.remove(contender);
                server.close();
            }
        }
    }

    private LoadOptions options() {
        return LoadOptions.small(CONNECTIONS, String.valueOf(cpus.load()));
    }

    private void drop(
            Contender contender, int round, String problem, Map<Contender, ServerProcess> running)
            throws Failure {
        ServerProcess server = running.remove(contender);
        if (server != null) {
            server.close();
        }
        session.add(sampler.problem(contender.cell(), contender.peer(), round, problem));
    }
}
