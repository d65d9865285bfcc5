package io.weft.linux;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells whether the system calls of this package can be made in this process. */
public final class Linux {

    private static final class Holder {
        static final Optional<String> CAUSE =
                findCause(System.getProperty("os.name", ""), System.getProperty("os.arch", ""))
                        .or(Linux::probe);
    }

    private Linux() {}

    /** True where {@link NativeSys} can be constructed. */
    public static boolean isSupported() {
        return unsupportedCause().isEmpty();
    }

    /**
     * Why {@link NativeSys} cannot be constructed, as one line with the cure where there is one;
     * empty where it can. The answer is found once and does not change.
     */
    public static Optional<String> unsupportedCause() {
        return Holder.CAUSE;
    }

    /** The part of the answer that two system properties decide. */
    static Optional<String> findCause(String osName, String osArch) {
        if (!osName.equals("Linux")) {
            return Optional.of("epoll needs Linux; this is " + osName);
        }
        return Architecture.named(osArch).isPresent()
                ? Optional.empty()
                : Optional.of(unknown(osArch));
    }

    static String unknown(String osArch) {
        return "kernel layouts are known for x86-64 and aarch64; this JVM is " + osArch;
    }

    /** Links one harmless call: only that shows whether native access is allowed. */
    private static Optional<String> probe() {
        try {
            SystemLimits.probe();
            return Optional.empty();
        } catch (ExceptionInInitializerError e) {
            return Optional.of(explain(e.getCause()));
        } catch (LinkageError e) {
            return Optional.of(explain(e));
        }
    }

    /** What to tell the user when the C library could not be linked. */
    static String explain(@Nullable Throwable failure) {
        return failure instanceof IllegalCallerException
                ? "native access is denied; start java with --enable-native-access=" + moduleName()
                : "this JVM cannot call the C library: " + failure;
    }

    private static String moduleName() {
        String name = Linux.class.getModule().getName();
        return name == null ? "ALL-UNNAMED" : name;
    }
}
