package io.weft;

import io.weft.fiber.Fibers;
import io.weft.netpoll.Netpoll;
import io.weft.netpoll.NetpollProvider;
import io.weft.sched.M;

/** The netpoll of the runtime whose goroutine calls, else that of the default runtime. */
public final class RuntimeNetpollProvider implements NetpollProvider {

    /** For {@link java.util.ServiceLoader}. */
    public RuntimeNetpollProvider() {}

    @Override
    public Netpoll current() {
        if (Fibers.CARRIERS.currentCarrier() instanceof M m
                && m.scheduler().host() instanceof RuntimeHost host
                && !host.runtime().isStopped()) {
            return host.runtime().netpoll();
        }
        return Weft.runtime().netpoll();
    }
}
