package io.weft.cli.hold;

import org.jspecify.annotations.Nullable;

/**
 * What opening has come to.
 *
 * @param opened connections that are open and have echoed a message
 * @param seconds it took
 * @param retried attempts that failed and were made again
 * @param failed connections that could not be opened, or did not echo
 * @param firstFailure what the first of them said, or null
 */
public record OpenResult(
        int opened, double seconds, long retried, long failed, @Nullable String firstFailure) {

    /** Opened per second. */
    public double perSecond() {
        return seconds > 0 ? opened / seconds : 0;
    }
}
