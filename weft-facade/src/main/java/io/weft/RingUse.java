package io.weft;

import io.weft.linux.UringSys;
import io.weft.netpoll.RingSupport;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Decides whether io_uring serves a runtime. */
final class RingUse {

    private static final System.Logger LOGGER = System.getLogger(RingUse.class.getName());

    private RingUse() {}

    /** The calls of io_uring, or null where epoll serves. */
    static @Nullable UringSys of(PollerChoice choice, UringSys sys) {
        if (choice == PollerChoice.EPOLL) {
            return null;
        }
        String cause = RingSupport.unsupportedCause(sys).orElse(null);
        if (cause == null) {
            return sys;
        }
        Level level = choice == PollerChoice.AUTO ? Level.DEBUG : Level.WARNING;
        LOGGER.log(level, "io_uring cannot serve, so epoll does: " + cause);
        return null;
    }
}
