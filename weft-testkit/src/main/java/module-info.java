/** What tests of Weft stand on: faulty system calls, a leak watcher, contract suites. */
module io.weft.testkit {
    requires static transitive org.jspecify;
    requires transitive io.weft.linux;
    requires transitive org.junit.jupiter.api;
    requires java.logging;
    requires jdk.management;
    requires org.assertj.core;

    exports io.weft.testkit;
}
