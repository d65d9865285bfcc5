/** The facade that users import; wires the defaults. */
module io.weft {
    requires static transitive org.jspecify;
    requires transitive io.weft.net;
    requires transitive io.weft.sync;
    requires io.weft.fiber;

    exports io.weft;

    provides io.weft.netpoll.NetpollProvider with
            io.weft.RuntimeNetpollProvider;
    provides io.weft.sched.spi.HostProvider with
            io.weft.RuntimeHostProvider;
}
