/** What tests stand on: virtual time, faulty system calls, a leak watcher, contract suites. */
module io.weft.testkit {
    requires static transitive org.jspecify;
    requires io.weft.fiber;
    requires transitive io.weft.linux;
    requires transitive org.junit.jupiter.api;
    requires transitive java.instrument;
    requires java.logging;
    requires jdk.attach;
    requires jdk.management;
    requires org.assertj.core;

    exports io.weft.testkit;
}
