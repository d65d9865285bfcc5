package io.weft.sync;

import io.weft.sched.M;
import io.weft.sched.spi.Carriers;
import io.weft.sched.spi.Clock;
import io.weft.sched.spi.Host;
import io.weft.sched.spi.HostProvider;
import java.time.Instant;
import java.util.Objects;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Where the caller lives: whose clock it waits by, and who starts goroutines for it. A goroutine's
 * host is its runtime. All other threads are guests of the default runtime, or of the JDK where
 * goroutines cannot run.
 */
final class Hosts {

    private static final Carriers CARRIERS =
            ServiceLoader.load(Carriers.class, Hosts.class.getClassLoader())
                    .findFirst()
                    .orElse(Carriers.PLATFORM);

    private Hosts() {}

    /** The M that runs the calling goroutine; null on any other thread. */
    static @Nullable M machine() {
        return CARRIERS.currentCarrier() instanceof M m ? m : null;
    }

    /** The host of the calling goroutine; null on any other thread. */
    static @Nullable Host ofGoroutine() {
        M m = machine();
        return m == null ? null : m.scheduler().host();
    }

    /** The host of the caller; the first call for a thread that is no goroutine may start it. */
    static Host current() {
        Host host = ofGoroutine();
        return host != null ? host : Guests.HOST;
    }

    /** Now, by the clock of the caller. That of a thread that is no goroutine is the machine's. */
    static long nanoTime() {
        Host host = ofGoroutine();
        return host != null ? host.nanoTime() : Clock.SYSTEM.nanoTime();
    }

    /** The time of day, by the clock of the caller. */
    static Instant now() {
        Host host = ofGoroutine();
        return host != null ? host.now() : Instant.now();
    }

    /** The moment after a delay; the last one of all when it is further away than any. */
    static long whenAfter(long nowNanos, long delayNanos) {
        long when = nowNanos + Math.max(delayNanos, 0);
        return when < 0 ? Long.MAX_VALUE - 1 : Math.min(when, Long.MAX_VALUE - 1);
    }

    /** Looked up at the first need. */
    private static final class Guests {

        static final Host HOST =
                ServiceLoader.load(HostProvider.class, Hosts.class.getClassLoader())
                        .findFirst()
                        .map(Guests::hostOf)
                        .orElse(JdkHost.INSTANCE);

        private static Host hostOf(HostProvider provider) {
            return Objects.requireNonNullElse(provider.host(), JdkHost.INSTANCE);
        }
    }
}
