package io.weft;

import io.weft.fiber.Fibers;
import io.weft.net.ConnectOptions;
import io.weft.net.TcpConn;
import io.weft.net.TcpListener;
import io.weft.sched.MachineOptions;
import io.weft.sync.CancelContext;
import io.weft.sync.Chan;
import io.weft.sync.ChanTicker;
import io.weft.sync.ChanTimer;
import io.weft.sync.Context;
import io.weft.sync.Select;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.Thread.State;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Has a small runtime of its own do everything once, before the first runtime of a user starts: so
 * that what waiting, waking, timers and hand-off need is loaded and linked when a goroutine comes
 * to it.
 *
 * <p>Why: the JVM loads classes under locks, and much of this would be loaded by a carrier between
 * two goroutines, in code of the JDK that parks one or of the scheduler. A carrier that waits there
 * for a goroutine which holds such a lock, and waits for a carrier, waits for ever. A list of names
 * would do for classes, but not for the code that the JVM makes for each lambda and method handle.
 *
 * <p>Whatever fails here has been loaded all the same, or will fail again where somebody can be
 * told.
 */
final class Priming {

    private static final System.Logger LOGGER = System.getLogger(Priming.class.getName());

    private static final Duration SHORT = Duration.ofNanos(1_000);

    /** Loopback answers at once, but where a packet filter drops it, and goroutines run at once. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** How often to look whether a goroutine waits at last. */
    private static final int LOOKS = 10_000;

    /**
     * How many steps the JDK's own scheduler has made for the priming; -1 when others had virtual
     * threads there before, or it cannot be told.
     */
    private static volatile long stepsOnJdkScheduler = -1;

    /**
     * What only time-outs load, and contention: for counters on carriers, and the JDK's set of
     * virtual threads.
     */
    private static final List<String> RARE =
            List.of(
                    "java.net.SocketTimeoutException",
                    "java.util.concurrent.ThreadLocalRandom",
                    "java.util.concurrent.atomic.AtomicReference",
                    "java.util.concurrent.atomic.Striped64$Cell",
                    "java.util.concurrent.ConcurrentHashMap$CounterCell",
                    "java.util.concurrent.ConcurrentHashMap$ForwardingNode",
                    "java.util.concurrent.ConcurrentHashMap$ReservationNode",
                    "java.util.concurrent.ConcurrentHashMap$TreeBin",
                    "java.util.concurrent.ConcurrentHashMap$TreeNode");

    /** What only bytes load that a socket does not take, or that come while buffers are scarce. */
    private static final List<String> RARE_WITH_RINGS = List.of("io.weft.netpoll.Backlog");

    /** A task, not a static initializer: goroutines that need this class would wait for its end. */
    private static final FutureTask<@Nullable Void> ONCE = new FutureTask<>(Priming::play, null);

    /** For runtimes that io_uring may serve, after the other one. */
    private static final FutureTask<@Nullable Void> ONCE_WITH_RINGS =
            new FutureTask<>(Priming::playWithRings, null);

    private final WeftRuntime runtime;
    private final Thread creator;

    private Priming(WeftRuntime runtime, Thread creator) {
        this.runtime = runtime;
        this.creator = creator;
    }

    /**
     * Returns when it is over, whoever began it. The caller is a platform thread: the JDK's socket
     * pollers, for one, inherit the scheduler of whoever touches them first.
     *
     * @param poller of the runtime that is about to start
     */
    static void prime(PollerChoice poller) {
        finish(ONCE);
        if (poller != PollerChoice.EPOLL) {
            finish(ONCE_WITH_RINGS);
        }
    }

    private static void finish(FutureTask<@Nullable Void> task) {
        task.run();
        boolean interrupted = false;
        for (boolean over = false; !over; ) {
            try {
                task.get();
                over = true;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                LOGGER.log(Level.DEBUG, "not primed", e);
                over = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether nobody but the priming has ever had a virtual thread on the JDK's own scheduler. */
    static boolean isJdkSchedulerUnused() {
        long steps = stepsOnJdkScheduler;
        return steps >= 0 && steps == Fibers.stepsOnJdkScheduler();
    }

    private static void play() {
        countSteps(!Fibers.hadStepsBeforePrime(), Priming::playAll);
    }

    private static void playWithRings() {
        countSteps(isJdkSchedulerUnused(), Priming::playConnectionsWithRings);
    }

    /**
     * Plays, and counts what it did on the JDK's scheduler as its own if nobody was there before.
     */
    private static void countSteps(boolean unused, Runnable play) {
        play.run();
        stepsOnJdkScheduler = unused ? Fibers.stepsOnJdkScheduler() : -1;
    }

    private static void playAll() {
        load(RARE);
        try (WeftRuntime runtime = open(PollerChoice.EPOLL)) {
            Priming priming = new Priming(runtime, Thread.currentThread());
            priming.part(priming::waits);
            priming.part(priming::timers);
            priming.part(priming::composition);
            priming.part(priming::handOffs);
            priming.part(priming::connections);
            priming.part(priming::jdkSockets);
        }
    }

    private static void playConnectionsWithRings() {
        load(RARE_WITH_RINGS);
        // Not IO_URING: where it is refused, the runtime that is about to start says so.
        try (WeftRuntime runtime = open(PollerChoice.AUTO)) {
            Priming priming = new Priming(runtime, Thread.currentThread());
            priming.part(priming::connections);
        }
    }

    private static void load(List<String> names) {
        for (String name : names) {
            try {
                Class.forName(name);
            } catch (ClassNotFoundException e) {
                LOGGER.log(Level.DEBUG, "not primed: another JDK has other classes", e);
            }
        }
    }

    private static WeftRuntime open(PollerChoice poller) {
        return WeftRuntime.open(
                new WeftRuntime.Settings(
                        "weft-prime",
                        1,
                        false,
                        MachineOptions.defaults(),
                        List.of(),
                        poller,
                        Diagnostics.NONE));
    }

    private void part(Body<Exception> body) {
        try {
            runtime.run(body);
        } catch (Exception e) {
            LOGGER.log(Level.DEBUG, "not primed", e);
        }
    }

    private void waits() throws InterruptedException {
        Thread.yield();
        TimeUnit.NANOSECONDS.sleep(1);
        LockSupport.parkNanos(1);
        new LinkedBlockingQueue<String>().poll(1, TimeUnit.NANOSECONDS); // conditions of locks
        // Monitors, by way of classes of the JDK that have them: a join of a platform thread waits
        // on one, and the second goroutine has to wait until the first lets go of the map's.
        creator.join(1);
        Map<String, Thread> map = Collections.synchronizedMap(new HashMap<>());
        Thread contender = map.computeIfAbsent("contender", name -> startAndYield(map::clear));
        contender.join(SHORT);
        contender.join();
    }

    private Thread startAndYield(Runnable task) {
        Thread thread = runtime.go(task);
        Thread.yield(); // with one P it runs now
        return thread;
    }

    private void timers() throws Exception {
        Weft.sleep(SHORT);
        runtime.after(Duration.ofHours(1), () -> {}).stop();
        runtime.after(Duration.ZERO, () -> {});
        try (Ticker ticker = runtime.ticker(SHORT)) {
            ticker.await();
        }
        try (ScheduledExecutorService executor = runtime.scheduledExecutor()) {
            executor.schedule(() -> {}, 1, TimeUnit.MICROSECONDS).get();
        }
    }

    /** What rings on a carrier for channels and contexts. */
    private void composition() throws InterruptedException {
        try (CancelContext context = Context.current().withTimeout(SHORT)) {
            context.afterDone(() -> {});
            Select select = new Select();
            select.receive(Chan.unbuffered());
            select.receive(ChanTimer.after(SHORT).channel());
            select.await(PATIENCE);
            context.done().tryReceive(PATIENCE);
        }
        try (ChanTicker ticker = ChanTicker.every(SHORT)) {
            ticker.channel().tryReceive(PATIENCE);
        }
    }

    private void handOffs() throws Exception {
        Weft.blocking(() -> "");
        Weft.lockCarrier();
        Weft.sleep(SHORT);
        Weft.unlockCarrier();
    }

    private void connections() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (TcpListener listener = TcpListener.bind(new InetSocketAddress(loopback, 0))) {
            runtime.go(() -> echo(listener));
            ConnectOptions options = ConnectOptions.defaults().withTimeout(PATIENCE);
            try (TcpConn conn = TcpConn.connect(listener.localAddress(), options)) {
                conn.write(new byte[1]);
                conn.read(new byte[1]);
            }
        }
    }

    private static void echo(TcpListener listener) {
        try (TcpConn conn = listener.accept()) {
            conn.read(new byte[1]);
            conn.write(new byte[1]);
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, "not primed", e);
        }
    }

    /** Until the one who accepts waits in the JDK's poller, or for as long as that is worth. */
    private void jdkSockets() throws IOException, InterruptedException {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        try (socket) {
            Thread acceptor = runtime.go(() -> acceptNobody(socket));
            for (int look = 0; look < LOOKS && acceptor.getState() == State.RUNNABLE; look++) {
                TimeUnit.NANOSECONDS.sleep(PATIENCE.toNanos() / LOOKS);
            }
        }
    }

    private static void acceptNobody(ServerSocket socket) {
        try {
            socket.accept().close();
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, "as it should: closed", e);
        }
    }
}
