package io.weft.cli.demo;

import io.weft.cli.child.Child;
import io.weft.cli.child.ChildException;
import io.weft.cli.child.EchoProcess;
import io.weft.cli.echo.ServerStats;
import io.weft.cli.load.LoadResult;
import io.weft.cli.proc.KernelMemory;
import io.weft.cli.report.Machine;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs the stages: one server for all of them, a load for each. In a stage, the server is measured
 * without connections, with all of them idle after one echo each, and at both edges of the window
 * in which the load counts. Last comes a stage in which the server also runs endless loops.
 *
 * <p>Used by one thread; {@link #abort} may be called by any.
 */
public final class Demo {

    /** Hears how the demo goes. */
    public interface Listener {

        /**
         * Something has moved.
         *
         * @param stage which stage, from 1; 0 is the rehearsal
         * @param stages how many there are
         * @param connections of this stage
         * @param phase what happens, for a person
         * @param fraction of the stage that is over
         */
        void progress(int stage, int stages, int connections, String phase, double fraction);

        /** A stage is over; the line tells its outcome. */
        void stageDone(String line);
    }

    private final DemoOptions options;
    private final Listener listener;
    private final Set<Child> children = ConcurrentHashMap.newKeySet();

    public Demo(DemoOptions options, Listener listener) {
        this.options = options;
        this.listener = listener;
    }

    /** Runs everything; when this returns, no process is left. */
    public DemoReport run() throws IOException, ChildException, InterruptedException {
        List<Integer> stages = StagePlan.stages(options.connections());
        int all = stages.size() + 1;
        List<StageResult> results = new ArrayList<>();
        BusyResult busy;
        try (EchoProcess server = EchoProcess.start(serverArguments())) {
            children.add(server.child());
            rehearse(server, all);
            for (int i = 0; i < stages.size(); i++) {
                StagePlan plan = plan(stages.get(i));
                StageResult result = stage(server, plan, i + 1, all);
                results.add(result);
                listener.stageDone(ResourceTable.line(result));
            }
            busy = busyStage(server, all);
            listener.stageDone(ResourceTable.line(busy));
            server.quit();
        }
        return new DemoReport(
                Instant.now().toString(),
                Machine.thisOne(),
                StagePlan.MESSAGE_BYTES,
                options.seconds(),
                options.serverProcs(),
                options.loadProcs(),
                KernelMemory.read().unreadable(),
                results,
                busy);
    }

    /** Ends all processes at once, for an exit that does not wait. */
    public void abort() {
        children.forEach(Child::kill);
    }

    private List<String> serverArguments() {
        return List.of("--procs=" + options.serverProcs(), "--poller=" + options.poller());
    }

    private StagePlan plan(int connections) {
        return new StagePlan(
                connections,
                options.seconds(),
                DemoOptions.WARM_UP_SECONDS,
                options.loadProcs(),
                0);
    }

    private void rehearse(EchoProcess server, int stages)
            throws IOException, ChildException, InterruptedException {
        StagePlan plan =
                new StagePlan(
                        Math.min(options.connections(), DemoOptions.REHEARSAL_CONNECTIONS),
                        DemoOptions.WARM_UP_SECONDS,
                        DemoOptions.WARM_UP_SECONDS,
                        options.loadProcs(),
                        0);
        stage(server, plan, 0, stages);
    }

    private StageResult stage(EchoProcess server, StagePlan plan, int number, int stages)
            throws IOException, ChildException, InterruptedException {
        ServerStats empty = server.collected();
        KernelMemory kernelEmpty = KernelMemory.read();
        StageProgress progress = new StageProgress(listener, plan, number, stages);
        try (Load load = Load.start(server, plan, progress::heard)) {
            children.add(load.child());
            load.await("connected");
            ServerStats idle = server.collected();
            StageResult.Memory memory =
                    new StageResult.Memory(empty, kernelEmpty, idle, KernelMemory.read());
            load.go();
            load.await("measuring");
            ServerStats from = server.stats();
            load.await("measured");
            StageResult.Edges edges = new StageResult.Edges(from, server.stats());
            LoadResult result = load.result();
            server.awaitEmpty();
            return StageResult.of(memory, edges, result);
        }
    }

    /**
     * The loops start when all connections are open and last as long as the server, so this stage
     * is the last.
     */
    private BusyResult busyStage(EchoProcess server, int number)
            throws IOException, ChildException, InterruptedException {
        StagePlan plan = StagePlan.busy(options);
        StageProgress progress = new StageProgress(listener, plan, number, number);
        try (Load load = Load.start(server, plan, progress::heard)) {
            children.add(load.child());
            load.await("connected");
            int loops = server.startLoops();
            load.go();
            load.await("measuring");
            ServerStats from = server.stats();
            load.await("measured");
            StageResult.Edges edges = new StageResult.Edges(from, server.stats());
            return BusyResult.of(loops, edges, load.result());
        }
    }
}
