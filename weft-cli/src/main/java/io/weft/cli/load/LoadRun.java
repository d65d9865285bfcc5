package io.weft.cli.load;

import io.weft.WeftRuntime;
import io.weft.cli.proc.ProcessStats;
import io.weft.net.TcpConn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One run against a server: {@link #open}, then {@link #measure}. The clock starts when every
 * connection has echoed a message; the warm-up comes first, and only then the window that counts.
 * Throughput is what was answered within the window. Latency is that of the messages that were
 * sent, or due, within it, however late they were answered.
 *
 * <p>Used by one thread, which must not be a goroutine: it waits for all of them.
 */
public final class LoadRun {

    /** How many connections are being opened at once: far fewer than any listen backlog. */
    private static final int CONNECTING_AT_ONCE = 128;

    /** Opening all connections may take this long. */
    private static final long CONNECT_TIMEOUT_SECONDS = 60;

    /** After the window, answers are awaited this long; then the connections are cut. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** After a cut, goroutines end within this. */
    private static final long CUT_TIMEOUT_SECONDS = 5;

    private static final long PROGRESS_MILLIS = 200;

    static final String UNANSWERED =
            "no answer within %d s after the last message"
                    .formatted(TimeUnit.NANOSECONDS.toSeconds(GRACE_NANOS));

    private final WeftRuntime runtime;
    private final LoadOptions options;
    private final LoadListener listener;
    private final Latencies latencies;
    private final Driver driver;
    private final Semaphore connecting = new Semaphore(CONNECTING_AT_ONCE);
    private final List<LaneTask> tasks = new ArrayList<>();
    private final CountDownLatch opened;
    private final CountDownLatch finished;
    private final CountDownLatch started = new CountDownLatch(1);
    private final LongAdder errors = new LongAdder();
    private final AtomicReference<@Nullable String> firstError = new AtomicReference<>();

    /** Written before {@link #started} is counted down, read after. */
    private Window window = new Window(0, 0, 0);

    /** Only ever set. */
    private volatile boolean cut;

    public LoadRun(WeftRuntime runtime, LoadOptions options, LoadListener listener) {
        this.runtime = runtime;
        this.options = options;
        this.listener = listener;
        this.latencies = new Latencies(runtime.procs());
        this.driver =
                options.takesTurns()
                        ? new TurnTaking(options.depth(), latencies)
                        : new FullDuplex(runtime, options, latencies);
        this.opened = new CountDownLatch(options.connections());
        this.finished = new CountDownLatch(options.connections());
    }

    /**
     * Opens all connections and has each echo one message. Those that fail count as errors.
     *
     * @return how many are open
     * @throws TimeoutException if this takes too long; the process should then end
     */
    public int open() throws InterruptedException, TimeoutException {
        for (int i = 0; i < options.connections(); i++) {
            LaneTask task = new LaneTask(this, i, opened, finished);
            tasks.add(task);
            runtime.go(task);
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CONNECT_TIMEOUT_SECONDS);
        while (!opened.await(PROGRESS_MILLIS, TimeUnit.MILLISECONDS)) {
            int done = (int) (options.connections() - opened.getCount());
            listener.connecting(done, options.connections());
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException(
                        "only %,d of %,d connections could be opened within %d s"
                                .formatted(done, options.connections(), CONNECT_TIMEOUT_SECONDS));
            }
        }
        int connections = connections();
        listener.connected(connections);
        return connections;
    }

    /** Puts the load on, and returns when every connection is closed. */
    public LoadResult measure() throws InterruptedException {
        window = Window.startingAt(System.nanoTime(), options.warmUpNanos(), options.windowNanos());
        int connections = connections();
        started.countDown();
        watchUntil(window.fromNanos());
        long cpuBefore = ProcessStats.self().cpuNanos();
        listener.measuring();
        watchUntil(window.toNanos());
        long cpuNanos = ProcessStats.self().cpuNanos() - cpuBefore;
        listener.measured();
        awaitEnd();
        return result(connections, cpuNanos);
    }

    /** The result when no connection could be opened. */
    public LoadResult nothing() {
        return result(0, 0);
    }

    LoadOptions options() {
        return options;
    }

    Latencies latencies() {
        return latencies;
    }

    Driver driver() {
        return driver;
    }

    Semaphore connecting() {
        return connecting;
    }

    boolean isCut() {
        return cut;
    }

    Lane lane(int index, TcpConn conn) {
        return new Lane(index, conn, options.messageBytes(), options.depth());
    }

    Window awaitStart() throws InterruptedException {
        started.await();
        return window;
    }

    /** A connection failed, for whatever reason. */
    void failed(String error) {
        errors.increment();
        firstError.compareAndSet(null, error);
    }

    /** Before the load is on, every error is a connection that is not open. */
    private int connections() {
        return (int) (options.connections() - errors.sum());
    }

    /** Reports progress until then, or until all connections have failed. */
    private void watchUntil(long untilNanos) throws InterruptedException {
        double total = (window.toNanos() - window.startNanos()) / 1e9;
        for (long left = untilNanos - System.nanoTime();
                left > 0 && finished.getCount() > 0;
                left = untilNanos - System.nanoTime()) {
            long step = Math.min(left, TimeUnit.MILLISECONDS.toNanos(PROGRESS_MILLIS));
            if (!finished.await(step, TimeUnit.NANOSECONDS)) {
                double elapsed = (System.nanoTime() - window.startNanos()) / 1e9;
                listener.running(elapsed, total, latencies.answered());
            }
        }
    }

    private void awaitEnd() throws InterruptedException {
        if (!finished.await(GRACE_NANOS, TimeUnit.NANOSECONDS)) {
            cut();
            if (!finished.await(CUT_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "load: %d connections do not end; the runtime says:%n%s"
                                .formatted(finished.getCount(), runtime.dump()));
            }
        }
    }

    private void cut() {
        cut = true;
        tasks.forEach(LaneTask::cut);
    }

    private LoadResult result(int connections, long cpuNanos) {
        double seconds = options.windowNanos() / 1e9;
        long messages = latencies.answeredInWindow();
        return new LoadResult(
                options.target().getAddress().getHostAddress() + ":" + options.target().getPort(),
                connections,
                options.messageBytes(),
                options.depth(),
                options.messagesPerSecond(),
                options.warmUpNanos() / 1e9,
                seconds,
                messages,
                messages / seconds,
                LoadResult.Latency.of(latencies.total()),
                latencies.unsent(),
                latencies.unanswered(),
                errors.sum(),
                firstError.get(),
                cpuNanos / 1e9 / seconds);
    }
}
