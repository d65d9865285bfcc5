package io.weft.cli.million;

import io.weft.cli.child.ChildException;
import io.weft.cli.child.EchoProcess;
import io.weft.cli.echo.GcPauses;
import io.weft.cli.hold.LoopResult;
import io.weft.cli.hold.OpenResult;
import io.weft.cli.million.Gauge.Reading;
import io.weft.cli.million.Gauge.Usage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections up to a number and measures them: at rest after a collection, idle, in a loop
 * over all, in a loop over the active share. Used by one thread.
 */
final class Stage {

    /** What all stages work with. */
    record Setting(
            MillionOptions options,
            EchoProcess server,
            HoldProcess load,
            Crew crew,
            Gauge gauge,
            Course course) {}

    /** Expected of each part, for the progress bar only. */
    private static final double OPENED_PER_SECOND = 30_000;

    private static final double COLLECTED_PER_SECOND = 200_000;

    private static final double CLOSED_PER_SECOND = 50_000;

    private static final int IDLE_STEPS = 10;

    private static final double SETTLE_SECONDS_MOST = 1;

    private final Setting setting;
    private final int connections;
    private final int before;

    /** Will open connections up to a number, so many of which are open before. */
    Stage(Setting setting, int connections, int before) {
        this.setting = setting;
        this.connections = connections;
        this.before = before;
    }

    /** How long it should take, opening, measuring and closing included. */
    static double expectedSeconds(MillionOptions options, int connections, int before) {
        return (connections - before) / OPENED_PER_SECOND
                + measuringSeconds(connections)
                + options.idleSeconds()
                + settleSeconds(options)
                + 2 * options.seconds();
    }

    static double expectedClosingSeconds(int connections) {
        return connections / CLOSED_PER_SECOND + measuringSeconds(connections);
    }

    private static double measuringSeconds(int connections) {
        return Snapshot.restSeconds(connections) + 2 * connections / COLLECTED_PER_SECOND;
    }

    Row run(Snapshot empty) throws ChildException, InterruptedException {
        setting.server.pauses();
        OpenResult opened = open();
        GcPauses.Summary opening = setting.server.pauses();
        begin("measuring memory", measuringSeconds(connections));
        Snapshot full = Snapshot.atRest(setting.server, setting.load, connections);
        setting.gauge.read();
        Usage resting = setting.gauge.usage();
        idle();
        Usage rested = setting.gauge.usage();
        settle();
        LoopResult all = loop("loop over all", connections, setting.options.seconds());
        Usage looped = setting.gauge.usage();
        int active = setting.options.active(connections);
        LoopResult some =
                loop("loop over %,d".formatted(active), active, setting.options.seconds());
        GcPauses.Summary looping = setting.server.pauses();
        return new Row(
                connections,
                opened.opened(),
                opened.perSecond(),
                opened.retried(),
                each(full.serverHeapBytes() - empty.serverHeapBytes()),
                each(full.serverResidentBytes() - empty.serverResidentBytes()),
                each((full.kernelBytes() - empty.kernelBytes()) / 2),
                named(empty, full),
                each(full.loadResidentBytes() - empty.loadResidentBytes()),
                rested.switchesPerSecondSince(resting),
                rested.cpusSince(resting),
                looped.switchesPerSecondSince(rested),
                looped.cpusSince(rested),
                all,
                some,
                opening.count() + looping.count(),
                Math.max(opening.longestMillis(), looping.longestMillis()));
    }

    private OpenResult open() throws ChildException, InterruptedException {
        int wanted = connections - before;
        begin("opening", wanted / OPENED_PER_SECOND);
        OpenResult result =
                setting.load.open(
                        connections,
                        (count, perSecond) -> tell((double) count / wanted, perSecond));
        if (result.failed() > 0 || result.opened() < wanted) {
            throw new ChildException(
                    "only %,d of %,d connections could be opened: %s"
                            .formatted(
                                    before + result.opened(), connections, result.firstFailure()));
        }
        return result;
    }

    private void idle() throws ChildException, InterruptedException {
        begin("idle", setting.options.idleSeconds());
        long stepMillis = (long) (setting.options.idleSeconds() * 1_000 / IDLE_STEPS);
        for (int step = 1; step <= IDLE_STEPS; step++) {
            TimeUnit.MILLISECONDS.sleep(stepMillis);
            tell((double) step / IDLE_STEPS, 0);
        }
    }

    private static double settleSeconds(MillionOptions options) {
        return Math.min(SETTLE_SECONDS_MOST, options.seconds());
    }

    /**
     * A loop that does not count. The full collection before has moved everything, and the next
     * small ones of both processes look through all of it: the pauses of a tool that measures
     * memory, not of a server.
     */
    private void settle() throws ChildException, InterruptedException {
        LoopResult result = loop("settling", connections, settleSeconds(setting.options));
        if (result.failed() > 0) {
            throw new ChildException("a message failed: " + result.firstFailure());
        }
    }

    private LoopResult loop(String title, int active, double seconds)
            throws ChildException, InterruptedException {
        begin(title, seconds);
        double rate = setting.options.rate();
        double messages = rate * seconds;
        return setting.load.loop(
                rate, seconds, active, (count, perSecond) -> tell(count / messages, perSecond));
    }

    private void begin(String part, double seconds) throws ChildException, InterruptedException {
        setting.crew.requireAlive();
        setting.course.begin(connections, part, seconds);
    }

    private void tell(double fraction, double perSecond)
            throws ChildException, InterruptedException {
        setting.crew.requireAlive();
        setting.course.at(fraction, details(setting.gauge.read(), perSecond));
    }

    /** Rate and memory. */
    static String details(Reading reading, double perSecond) {
        String rate = perSecond > 0 ? "%,.0f/s, ".formatted(perSecond) : "";
        return rate
                + "server %s, load %s, kernel %s"
                        .formatted(
                                Bytes.text(reading.serverBytes()),
                                Bytes.text(reading.loadBytes()),
                                Bytes.text(Math.max(0, reading.kernelBytes())));
    }

    private @Nullable Double named(Snapshot empty, Snapshot full) {
        Long from = empty.namedKernelBytes();
        Long to = full.namedKernelBytes();
        return from == null || to == null ? null : each((to - from) / 2);
    }

    private @Nullable Double each(long growth) {
        return Snapshot.each(growth, connections);
    }
}
