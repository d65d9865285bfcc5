package io.weft.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Tells whether io_uring can be used in this process, and if not, why and what helps. */
public final class UringSupport {

    private static final Path DISABLED = Path.of("/proc/sys/kernel/io_uring_disabled");

    /** Before Linux 6.6 there is no such switch. */
    private static final int NO_SWITCH = -1;

    private static final int ONLY_FOR_THE_GROUP = 1;
    private static final int FOR_NOBODY = 2;

    private UringSupport() {}

    /**
     * Why rings with these requirements cannot be had, as one line with the cure; empty where they
     * can. Opens small rings to find out, and closes them. The kernel is asked anew at each call.
     */
    public static Optional<String> unsupportedCause(UringSys sys, UringRequirements requirements) {
        List<UringCapability> missing = new ArrayList<>();
        int answer = UringProbe.ask(sys, requirements, missing);
        if (answer >= 0 && missing.isEmpty()) {
            return Optional.empty();
        }
        int errno = answer < 0 ? -answer : 0;
        return Optional.of(explain(errno, disabled(), System.getProperty("os.version"), missing));
    }

    /** The value of {@code kernel.io_uring_disabled}. */
    private static int disabled() {
        try {
            return Integer.parseInt(Files.readString(DISABLED).strip());
        } catch (IOException | NumberFormatException e) {
            return NO_SWITCH;
        }
    }

    /**
     * Cause and cure.
     *
     * @param errno why no ring could be opened; 0: one could, but something is missing
     * @param disabled the value of {@code kernel.io_uring_disabled}, or -1
     * @param release of the kernel
     */
    static String explain(int errno, int disabled, String release, List<UringCapability> missing) {
        return switch (errno) {
            case 0 -> lacking(release, missing);
            case Errno.EPERM, Errno.EACCES -> forbidden(errno, disabled);
            case Errno.ENOSYS -> absent(release);
            case Errno.ENOMEM -> outOfMemory(release);
            case Errno.EMFILE ->
                    "a ring needs a file descriptor, and this process has all it may have; raise"
                            + " the limit (ulimit -n)";
            case Errno.ENFILE ->
                    "a ring needs a file descriptor, and the system has none left; raise fs.file-max";
            case Errno.EINVAL ->
                    "Linux "
                            + release
                            + " does not know what is asked of io_uring (EINVAL); use Linux 5.6 or"
                            + " later";
            default ->
                    "io_uring cannot be set up on Linux " + release + ": " + Errno.describe(errno);
        };
    }

    private static String forbidden(int errno, int disabled) {
        return switch (disabled) {
            case ONLY_FOR_THE_GROUP ->
                    "kernel.io_uring_disabled is 1, so only CAP_SYS_ADMIN and the group named by"
                            + " kernel.io_uring_group may use io_uring; join that group, or run"
                            + " sysctl kernel.io_uring_disabled=0";
            case FOR_NOBODY ->
                    "kernel.io_uring_disabled is 2, so nobody may use io_uring; run sysctl"
                            + " kernel.io_uring_disabled=0";
            default ->
                    "a security policy forbids io_uring ("
                            + Errno.name(errno)
                            + "), probably the seccomp profile of the container; allow"
                            + " io_uring_setup, io_uring_enter and io_uring_register in it";
        };
    }

    private static String absent(String release) {
        return KernelVersion.of(release).isBefore(5, 1)
                ? "Linux " + release + " has no io_uring; use Linux 6.11 or later"
                : "Linux "
                        + release
                        + " has no io_uring (ENOSYS): it was built without CONFIG_IO_URING, or a"
                        + " sandbox hides it; use a kernel that has it, or allow io_uring_setup,"
                        + " io_uring_enter and io_uring_register in the sandbox";
    }

    /** Since 5.12 the memory of rings counts to the control group, before to the user's limit. */
    private static String outOfMemory(String release) {
        return KernelVersion.of(release).isBefore(5, 12)
                ? "the ring exceeds the memory that this user may lock (RLIMIT_MEMLOCK, Linux "
                        + release
                        + "); raise the limit (ulimit -l)"
                : "the kernel has no memory for a ring (ENOMEM); raise the memory limit of the"
                        + " control group or the container";
    }

    private static String lacking(String release, List<UringCapability> missing) {
        String names =
                missing.stream().map(UringSupport::withVersion).collect(Collectors.joining(", "));
        KernelVersion needed =
                missing.stream()
                        .map(UringCapability::since)
                        .max(Comparator.naturalOrder())
                        .orElse(new KernelVersion(0, 0));
        String cure =
                KernelVersion.of(release).compareTo(needed) < 0
                        ? "use Linux " + needed + " or later"
                        : "this kernel is new enough, so its build or a sandbox leaves them out;"
                                + " use another";
        return "io_uring of Linux " + release + " lacks " + names + "; " + cure;
    }

    private static String withVersion(UringCapability capability) {
        return capability.since().major() == 0
                ? capability.name()
                : capability.name() + " (Linux " + capability.since() + ")";
    }
}
