package io.weft.cli.million;

import io.weft.cli.child.ChildException;
import io.weft.cli.child.EchoProcess;
import io.weft.cli.hold.OpenResult;
import io.weft.cli.million.Stage.Setting;
import io.weft.cli.proc.MemoryRoom;
import io.weft.cli.report.Machine;
import io.weft.cli.text.Errors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Runs the million: one server and one load for all stages, which add connections to those of the
 * stage before; then everything is closed, and the memory has to come back. At the end servers in
 * other languages are measured, as far as there are any.
 *
 * <p>Used by one thread; {@link #abort} may be called by any.
 */
public final class Million {

    /** Hears how it goes. */
    public interface Listener {

        /** Something has moved: so much is over, and this is going on. */
        void progress(double fraction, String title, String details);

        /** Something that lasts. */
        void line(String text);
    }

    /** What this machine refuses, with the cure. */
    public static final class Refusal extends Exception {

        private static final long serialVersionUID = 1;

        Refusal(String message) {
            super(message);
        }
    }

    private static final Path SYS = Path.of("/proc/sys");

    /** Two JVMs, and the warm-up of the server; for the progress bar only. */
    private static final double START_SECONDS = 4;

    private final MillionOptions options;
    private final Listener listener;
    private final List<Integer> stages;
    private final Course course;
    private final Crew crew = new Crew();
    private final Sysctls sysctls = new Sysctls(SYS);
    private final SysctlPlan plan;
    private final long startNanos = System.nanoTime();

    /** Only ever set. */
    private volatile boolean aborted;

    public Million(MillionOptions options, Listener listener) {
        this.options = options;
        this.listener = listener;
        this.stages = Stages.of(options.connections());
        this.plan = new SysctlPlan(options.connections(), SYS);
        this.course = new Course(listener, expectedSeconds());
    }

    /** Runs everything; when this returns, no process is left, and the limits are as before. */
    public MillionReport run() throws Refusal, IOException, ChildException, InterruptedException {
        try (sysctls) {
            refuseForMemory();
            refuseForUring();
            List<Sysctls.Outcome> widened = widen();
            Served served = serve();
            List<Peer> peers = new Peers(options, crew, course, listener).measure();
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            List<Goal> goals = Goals.of(options, served.rows(), served.memory(), seconds);
            return new MillionReport(
                    Instant.now().toString(),
                    Machine.thisOne(),
                    options.connections(),
                    options.activePercent(),
                    options.rate(),
                    options.seconds(),
                    options.procs(),
                    options.loadProcs(),
                    served.poller(),
                    seconds,
                    widened,
                    served.rows(),
                    served.memory(),
                    peers,
                    goals,
                    served.readings());
        } catch (ChildException e) {
            if (aborted) {
                // The processes were killed by us, and the exit that did it does not wait for this.
                new CountDownLatch(1).await();
            }
            throw e;
        } finally {
            crew.kill();
        }
    }

    /** Ends all processes at once and gives the limits back, for an exit that does not wait. */
    public void abort() {
        aborted = true;
        crew.kill();
        sysctls.close();
    }

    /**
     * What server and load showed.
     *
     * @param poller what the server says it waits with
     */
    private record Served(
            String poller, List<Row> rows, MemoryBack memory, List<Gauge.Reading> readings) {}

    private double expectedSeconds() {
        double seconds = rehearsalSeconds();
        int before = 0;
        for (int connections : stages) {
            seconds += Stage.expectedSeconds(options, connections, before);
            before = connections;
        }
        seconds += Stage.expectedClosingSeconds(options.connections());
        return seconds + (options.peers() == null ? 0 : Peers.expectedSeconds());
    }

    private double rehearsalSeconds() {
        return START_SECONDS
                + MillionOptions.REHEARSAL_ROUNDS * options.rehearsalSeconds()
                + Snapshot.restSeconds(options.connections());
    }

    private void refuseForMemory() throws Refusal, IOException {
        Estimate estimate = new Estimate(options.connections());
        MemoryRoom room = MemoryRoom.read();
        String refusal = estimate.refusal(room).orElse(null);
        if (refusal != null) {
            throw new Refusal(refusal);
        }
        listener.line("%s, %s are available".formatted(estimate.text(), Bytes.text(room.bytes())));
    }

    private void refuseForUring() throws Refusal {
        String refusal = plan.uringRefusal().orElse(null);
        if (refusal != null && options.poller().equals(MillionOptions.IO_URING)) {
            throw new Refusal(refusal);
        }
    }

    private List<Sysctls.Outcome> widen() throws Refusal {
        List<Sysctls.Outcome> outcomes = sysctls.widen(plan.all());
        for (Sysctls.Outcome each : outcomes) {
            String text = each.text();
            if (text != null) {
                listener.line(text);
            }
        }
        String refusal = plan.refusal().orElse(null);
        if (refusal != null) {
            throw new Refusal(refusal);
        }
        return outcomes;
    }

    private Served serve() throws IOException, ChildException, InterruptedException {
        course.begin("starting", rehearsalSeconds());
        try (EchoProcess server = EchoProcess.start(serverArguments())) {
            crew.add(server.child());
            try (HoldProcess load = HoldProcess.start(loadArguments(server.port()))) {
                crew.add(load.child());
                return serve(server, load);
            }
        }
    }

    /** While both are open: a failure is told by the death behind it, if there is one. */
    private Served serve(EchoProcess server, HoldProcess load)
            throws ChildException, InterruptedException {
        try {
            Gauge gauge = new Gauge(server.child(), load.child());
            Setting setting = new Setting(options, server, load, crew, gauge, course);
            rehearse(server, load);
            Snapshot empty = Snapshot.atRest(server, load, options.connections());
            List<Row> rows = rows(setting, empty);
            MemoryBack memory = closeAll(setting, empty);
            crew.remove(load.child());
            load.quit();
            crew.remove(server.child());
            server.quit();
            return new Served(server.poller(), rows, memory, gauge.readings());
        } catch (ChildException e) {
            String cause = Errors.text(crew.cause(e));
            throw new ChildException("%s (%s)".formatted(cause, course.title()));
        }
    }

    private List<String> serverArguments() {
        return List.of(
                "--bind=0.0.0.0",
                "--procs=" + options.procs(),
                "--poller=" + options.poller(),
                "--warm-up=" + MillionOptions.WARM_UP_CONNECTIONS);
    }

    private List<String> loadArguments(int port) {
        return List.of(
                "hold",
                "--connect=127.0.0.1:" + port,
                "--capacity=" + options.capacity(),
                "--destinations=" + plan.destinations(),
                "--procs=" + options.loadProcs(),
                "--poller=" + options.poller());
    }

    /** Opens, uses and closes connections that do not count. */
    private void rehearse(EchoProcess server, HoldProcess load)
            throws ChildException, InterruptedException {
        int connections = Math.min(options.connections(), MillionOptions.REHEARSAL_CONNECTIONS);
        for (int round = 0; round < MillionOptions.REHEARSAL_ROUNDS; round++) {
            course.at((double) round / MillionOptions.REHEARSAL_ROUNDS, "rehearsal");
            OpenResult opened = load.open(connections, (_, _) -> crew.requireAlive());
            if (opened.failed() > 0) {
                throw new ChildException("the rehearsal failed: " + opened.firstFailure());
            }
            double seconds = options.rehearsalSeconds();
            load.loop(options.rate(), seconds, connections, (_, _) -> crew.requireAlive());
            load.closeAll((_, _) -> crew.requireAlive());
            server.awaitEmpty();
        }
    }

    private List<Row> rows(Setting setting, Snapshot empty)
            throws ChildException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        int before = 0;
        for (int connections : stages) {
            Row row = new Stage(setting, connections, before).run(empty);
            listener.line(MillionTable.line(row));
            rows.add(row);
            before = connections;
        }
        return rows;
    }

    private MemoryBack closeAll(Setting setting, Snapshot empty)
            throws ChildException, InterruptedException {
        int connections = options.connections();
        course.begin("closing", Stage.expectedClosingSeconds(connections));
        setting.load()
                .closeAll(
                        (count, perSecond) -> {
                            crew.requireAlive();
                            course.at(
                                    (double) count / connections,
                                    Stage.details(setting.gauge().read(), perSecond));
                        });
        setting.server().awaitEmpty();
        setting.gauge().read();
        Snapshot after = Snapshot.atRest(setting.server(), setting.load(), connections);
        setting.gauge().read();
        MemoryBack memory = new MemoryBack(empty, after);
        listener.line(memory.line());
        return memory;
    }
}
