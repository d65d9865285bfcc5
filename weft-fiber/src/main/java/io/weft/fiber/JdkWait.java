package io.weft.fiber;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells from the stack of a virtual thread that waits in the JDK what it waits for. All methods may
 * be called from any thread. They are slow, and not for service.
 */
public final class JdkWait {

    /** What every park of a virtual thread has on top. */
    private static final Set<String> PARKING =
            Set.of(
                    "java.lang.VirtualThread",
                    "java.lang.System$1",
                    "jdk.internal.vm.Continuation",
                    "java.util.concurrent.locks.LockSupport");

    private JdkWait() {}

    /** Whether something outside of the process, or a platform thread, ends the wait. */
    public static boolean isOutside(Thread waiting) {
        boolean waits = false; // in Object.wait
        for (StackTraceElement frame : waiting.getStackTrace()) {
            String type = frame.getClassName();
            if (type.equals("sun.nio.ch.Poller")) {
                return true;
            }
            if (type.equals("java.lang.Object")) {
                waits = true;
            } else if (!PARKING.contains(type)) {
                return waits && isJoin(frame);
            }
        }
        return false;
    }

    /** Whether it waits in {@link Object#wait}, from which the JVM may take it to a monitor. */
    public static boolean isInObjectWait(Thread waiting) {
        StackTraceElement[] stack = waiting.getStackTrace();
        return stack.length > 0 && stack[0].getClassName().equals("java.lang.Object");
    }

    /** A virtual thread is joined by a latch, and only a platform thread by a monitor. */
    private static boolean isJoin(StackTraceElement frame) {
        return frame.getClassName().equals("java.lang.Thread")
                && frame.getMethodName().equals("join");
    }

    /**
     * Whether the JDK looks at {@link System#nanoTime} after a timed wait, and goes on waiting if
     * that says so: a sleep, and all of {@code java.util.concurrent}.
     *
     * @param blocker what the thread is parked for
     */
    public static boolean isMeasured(Thread waiting, @Nullable Object blocker) {
        if (blocker != null && !blocker.getClass().getName().startsWith("java.util.concurrent.")) {
            return false;
        }
        for (StackTraceElement frame : waiting.getStackTrace()) {
            if (frame.getMethodName().equals("sleepNanos")) {
                return true;
            }
            if (!PARKING.contains(frame.getClassName())) {
                return frame.getClassName().startsWith("java.util.concurrent.");
            }
        }
        return false;
    }
}
