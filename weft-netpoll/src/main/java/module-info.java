/** The network poller: poll descriptors, fd lifetime, epoll. */
module io.weft.netpoll {
    requires static transitive org.jspecify;
    requires transitive io.weft.linux;
    requires transitive io.weft.sched;

    exports io.weft.netpoll;

    uses io.weft.netpoll.NetpollProvider;
}
