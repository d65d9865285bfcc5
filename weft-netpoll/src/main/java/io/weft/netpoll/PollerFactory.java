package io.weft.netpoll;

import io.weft.linux.Sys;
import org.jspecify.annotations.Nullable;

/**
 * Makes the pollers of a netpoll.
 *
 * @param rings opens their rings, or null where epoll serves alone
 * @param batch the most events of one epoll_wait
 */
record PollerFactory(Sys sys, @Nullable RingFactory rings, int batch) {

    EpollPoller create(Netpoll netpoll, int index) {
        return rings == null
                ? new EpollPoller(sys, netpoll.table(), batch)
                : new UringPoller(netpoll, index, sys, rings, batch);
    }
}
