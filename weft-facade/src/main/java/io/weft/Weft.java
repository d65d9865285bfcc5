package io.weft;

import io.weft.fiber.Fibers;
import io.weft.linux.Linux;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The way in. Everything here concerns the default runtime, which starts at the first use, lives as
 * long as the JVM, and has as many Ps as the JVM has processors, or as the system property {@code
 * weft.procs} says. Further runtimes, isolated from it, come from {@link #builder}.
 *
 * {@snippet :
 * Weft.run(() -> {
 *     try (var listener = TcpListener.bind(new InetSocketAddress(7000))) {
 *         while (true) {
 *             TcpConn conn = listener.accept();
 *             Weft.go(() -> serve(conn));
 *         }
 *     }
 * });
 * }
 *
 * <p>A goroutine is a virtual thread of the JDK: any blocking Java code works in it, {@code
 * synchronized}, locks, sleeps and JDK sockets included. Threads that it starts with {@code
 * Thread.startVirtualThread} run on the same runtime.
 *
 * <p>All methods may be called from any thread. Those that need the runtime throw {@link
 * UnsupportedOperationException} where it cannot run; {@link #unavailabilityCause} tells before.
 */
public final class Weft {

    private static final ReentrantLock STARTING = new ReentrantLock();

    /**
     * Written once, under {@link #STARTING}; not by class initialization, which fails only once.
     */
    private static volatile @Nullable WeftRuntime defaultRuntime;

    private Weft() {}

    /** Whether this JVM on this machine can run goroutines. */
    public static boolean isAvailable() {
        return unavailabilityCause().isEmpty();
    }

    /** Why goroutines cannot run here, and what to do about it; empty when they can. */
    public static Optional<String> unavailabilityCause() {
        return Linux.unsupportedCause().or(Fibers::unavailabilityCause);
    }

    /** Starts a goroutine on the default runtime. */
    public static Thread go(Runnable task) {
        return runtime().go(task);
    }

    /**
     * Runs a body as a goroutine of the default runtime and waits for its end.
     *
     * @see WeftRuntime#run
     */
    public static <X extends Throwable> void run(Body<X> body) throws X {
        runtime().run(body);
    }

    /**
     * The default runtime; the first call starts it.
     *
     * @throws UnsupportedOperationException with {@link #unavailabilityCause} as its message
     * @throws IllegalArgumentException if {@code weft.procs} is not a number of at least 1
     */
    public static WeftRuntime runtime() {
        WeftRuntime runtime = defaultRuntime;
        return runtime != null ? runtime : startDefault();
    }

    private static WeftRuntime startDefault() {
        STARTING.lock();
        try {
            WeftRuntime runtime = defaultRuntime;
            if (runtime == null) {
                runtime = new Builder().name("weft").build(true);
                defaultRuntime = runtime;
            }
            return runtime;
        } finally {
            STARTING.unlock();
        }
    }

    /** Settings for a further runtime. */
    public static Builder builder() {
        return new Builder();
    }

    /** A factory whose threads are goroutines of the default runtime. */
    public static ThreadFactory threadFactory() {
        return runtime().threadFactory();
    }

    /** An executor that starts a goroutine of the default runtime for each task. */
    public static ExecutorService executor() {
        return runtime().executor();
    }
}
