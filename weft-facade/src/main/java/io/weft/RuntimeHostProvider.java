package io.weft;

import io.weft.sched.spi.Host;
import io.weft.sched.spi.HostProvider;
import org.jspecify.annotations.Nullable;

/** The default runtime, where goroutines can run. */
public final class RuntimeHostProvider implements HostProvider {

    /** For {@link java.util.ServiceLoader}. */
    public RuntimeHostProvider() {}

    @Override
    public @Nullable Host host() {
        return Weft.isAvailable() ? Weft.runtime().host() : null;
    }
}
