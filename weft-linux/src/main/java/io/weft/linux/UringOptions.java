package io.weft.linux;

import static io.weft.linux.IoUring.IORING_SETUP_CLAMP;
import static io.weft.linux.IoUring.IORING_SETUP_COOP_TASKRUN;
import static io.weft.linux.IoUring.IORING_SETUP_DEFER_TASKRUN;
import static io.weft.linux.IoUring.IORING_SETUP_NO_SQARRAY;
import static io.weft.linux.IoUring.IORING_SETUP_R_DISABLED;
import static io.weft.linux.IoUring.IORING_SETUP_SINGLE_ISSUER;
import static io.weft.linux.IoUring.IORING_SETUP_SUBMIT_ALL;
import static io.weft.linux.IoUring.IORING_SETUP_TASKRUN_FLAG;

/**
 * How a ring is to be opened.
 *
 * @param entries entries of the submission queue; the kernel rounds up to a power of two
 * @param completionEntries entries of the completion queue, not fewer; 0: twice as many
 * @param flags {@code IORING_SETUP_*} of {@link IoUring}
 */
public record UringOptions(int entries, int completionEntries, int flags) {

    /** The most submission entries that the kernel allows; twice as many completions. */
    public static final int MAX_ENTRIES = 32_768;

    /** The flags under which {@link Uring} knows what the ring looks like and who drives it. */
    private static final int KNOWN_FLAGS =
            IORING_SETUP_CLAMP
                    | IORING_SETUP_R_DISABLED
                    | IORING_SETUP_SUBMIT_ALL
                    | IORING_SETUP_COOP_TASKRUN
                    | IORING_SETUP_TASKRUN_FLAG
                    | IORING_SETUP_SINGLE_ISSUER
                    | IORING_SETUP_DEFER_TASKRUN
                    | IORING_SETUP_NO_SQARRAY;

    /**
     * @throws IllegalArgumentException if a number is out of its range, or a flag is none of those
     *     of {@link IoUring}
     */
    public UringOptions {
        if (entries < 1 || entries > MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "entries of a ring must be in 1.." + MAX_ENTRIES + ": " + entries);
        }
        if (completionEntries != 0
                && (completionEntries < entries || completionEntries > 2 * MAX_ENTRIES)) {
            throw new IllegalArgumentException(
                    "completion entries must be 0, for twice the submission entries, or in "
                            + entries
                            + ".."
                            + 2 * MAX_ENTRIES
                            + ": "
                            + completionEntries);
        }
        if ((flags & ~KNOWN_FLAGS) != 0) {
            throw new IllegalArgumentException(
                    "setup flags without a meaning here: 0x"
                            + Integer.toHexString(flags & ~KNOWN_FLAGS)
                            + "; use the IORING_SETUP constants of IoUring");
        }
    }

    /** Options with those flags and completion entries by default. */
    public static UringOptions of(int entries, int flags) {
        return new UringOptions(entries, 0, flags);
    }
}
