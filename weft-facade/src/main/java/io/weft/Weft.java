package io.weft;

import io.weft.fiber.Fibers;
import io.weft.linux.Linux;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;

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

    /** Holds the default runtime: the JVM starts it at the first use, once. */
    private static final class Default {
        static final WeftRuntime RUNTIME = new Builder().name("weft").build(true);
    }

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

    /** The default runtime. */
    public static WeftRuntime runtime() {
        return Default.RUNTIME;
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
