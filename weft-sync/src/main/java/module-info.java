/** Go's ways to compose concurrent code: channels, select, locks. Any thread may use them. */
module io.weft.sync {
    requires static transitive org.jspecify;
    requires io.weft.sched;

    exports io.weft.sync;

    uses io.weft.sched.spi.Carriers;
    uses io.weft.sched.spi.HostProvider;
}
