package io.weft;

/** The poller with which the suite is run, for programs that a test starts. */
final class ChosenPoller {

    private static final String PROPERTY = "weft.poller";

    private ChosenPoller() {}

    /** An option for their JVM. */
    static String option() {
        return "-D" + PROPERTY + "=" + System.getProperty(PROPERTY, PollerChoice.EPOLL.text());
    }
}
