package io.weft.sched.spi;

import org.jspecify.annotations.Nullable;

/**
 * Finds the host for a thread that is no goroutine. Provided by the facade, found by {@link
 * java.util.ServiceLoader}.
 */
@FunctionalInterface
public interface HostProvider {

    /** The default runtime, which this may start; null where goroutines cannot run. */
    @Nullable Host host();
}
