package io.weft;

/** What happens when all goroutines of a runtime wait for each other. */
public enum DeadlockPolicy {

    /** Nothing: for programs in which other threads, or signals, have a part. The default. */
    OFF,

    /** It is logged once, with all goroutines by where they wait and where they were started. */
    REPORT,

    /**
     * As {@link #REPORT}, and then the process ends with status {@value ProcessEnd#STATUS}, as in
     * Go.
     */
    EXIT
}
