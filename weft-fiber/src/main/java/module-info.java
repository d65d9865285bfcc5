/** Goroutines as virtual threads: the only code that touches JDK internals. */
module io.weft.fiber {
    requires static transitive org.jspecify;
    requires transitive io.weft.sched;

    exports io.weft.fiber;

    provides io.weft.sched.spi.Carriers with
            io.weft.fiber.FiberCarriers;
}
