package io.weft;

/** What an exception does that a goroutine does not catch. */
public enum PanicPolicy {

    /**
     * It ends that goroutine, and goes to its thread's uncaught exception handler, by default to
     * the error output.
     */
    REPORT,

    /**
     * As {@link #REPORT}, and then the process ends with status {@value ProcessEnd#STATUS}, as in
     * Go: for those who would rather start again than go on with half of the work lost.
     */
    EXIT
}
