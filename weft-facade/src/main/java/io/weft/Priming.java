package io.weft;

import io.weft.net.ConnectOptions;
import io.weft.net.TcpConn;
import io.weft.net.TcpListener;
import io.weft.sched.MachineOptions;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
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

    /** Loopback answers at once, but where a packet filter drops it. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** A task, not a static initializer: goroutines that need this class would wait for its end. */
    private static final FutureTask<@Nullable Void> ONCE = new FutureTask<>(Priming::play, null);

    private final WeftRuntime runtime;

    private Priming(WeftRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Returns when it is over, whoever began it. The caller is a platform thread: the JDK's socket
     * pollers, for one, inherit the scheduler of whoever touches them first.
     */
    static void prime() {
        ONCE.run();
        boolean interrupted = false;
        for (boolean over = false; !over; ) {
            try {
                ONCE.get();
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

    private static void play() {
        var settings =
                new WeftRuntime.Settings(
                        "weft-prime", 1, false, MachineOptions.defaults(), List.of());
        try (WeftRuntime runtime = WeftRuntime.open(settings)) {
            Priming priming = new Priming(runtime);
            priming.part(priming::waits);
            priming.part(priming::timers);
            priming.part(priming::handOffs);
            priming.part(priming::connections);
            priming.part(Priming::jdkSockets);
        }
    }

    private void part(Body<Exception> body) {
        try {
            runtime.run(body);
        } catch (Exception e) {
            LOGGER.log(Level.DEBUG, "not primed", e);
        }
    }

    @SuppressWarnings("WaitNotInLoop") // it does not matter for how long
    private void waits() throws InterruptedException {
        Thread.yield();
        Thread.sleep(SHORT);
        LockSupport.parkNanos(1);
        Object monitor = new Object();
        Thread contender;
        synchronized (monitor) {
            contender = runtime.go(() -> enter(monitor));
            Thread.yield(); // it runs now, and has to wait for the monitor
            monitor.wait(1);
        }
        contender.join(SHORT);
        contender.join();
    }

    private static void enter(Object monitor) {
        synchronized (monitor) {
            monitor.notifyAll();
        }
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

    private static void jdkSockets() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(1);
            socket.accept().close();
        } catch (SocketTimeoutException e) {
            // which is loaded now
        }
    }
}
