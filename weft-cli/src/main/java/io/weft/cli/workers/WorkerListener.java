package io.weft.cli.workers;

import java.util.List;

/** Hears what a person has to know of a process. Called by a thread per process. */
interface WorkerListener {

    /** The process has written a line of error output. */
    void said(long pid, String line);

    /**
     * The process serves no more, though it was not told to stop, or did not end as it was told.
     *
     * @param how it ended
     * @param lastErrors the last lines of its error output
     */
    void failed(long pid, String how, List<String> lastErrors);
}
