/** The scheduler: G, M, P. Knows no virtual thread and no file descriptor. */
module io.weft.sched {
    requires static transitive org.jspecify;

    exports io.weft.sched;
    exports io.weft.sched.spi;
}
