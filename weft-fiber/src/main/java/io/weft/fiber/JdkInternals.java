package io.weft.fiber;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The private members of the JDK that a custom scheduler of virtual threads needs, or the reason
 * why they cannot be had. The handles are constants, so that compiled code calls straight through
 * them.
 *
 * <ul>
 *   <li>{@code VirtualThread(Executor, String, int, Runnable)}: a virtual thread with a scheduler
 *   <li>{@code Thread.currentCarrierThread()}: the platform thread under the caller; an intrinsic
 *   <li>{@code VirtualThread.DEFAULT_SCHEDULER}: where goroutines go that outlive their scheduler
 *   <li>{@code VirtualThread.DelayedTaskSchedulers.INSTANCE}: what ends timed waits; Weft runs
 *       without it, too
 * </ul>
 */
final class JdkInternals {

    /** Code that waits for the network, a process, a signal or the garbage collector. */
    static final List<String> OUTSIDE =
            List.of(
                    "sun.nio.ch.",
                    "java.lang.ref.",
                    "java.lang.Process",
                    "jdk.internal.misc.Signal");

    /** Of the threads under the JDK's own scheduler. */
    static final String CARRIER_CLASS = "jdk.internal.misc.CarrierThread";

    private static final int JDK = 25;

    static final @Nullable MethodHandle NEW_VIRTUAL_THREAD;
    static final @Nullable MethodHandle CURRENT_CARRIER_THREAD;
    static final @Nullable Executor DEFAULT_SCHEDULER;
    static final @Nullable String UNAVAILABILITY_CAUSE;

    static {
        MethodHandle newVirtualThread = null;
        MethodHandle currentCarrierThread = null;
        Executor defaultScheduler = null;
        String cause = null;
        try {
            Class<?> virtualThread = Class.forName("java.lang.VirtualThread");
            var lookup = MethodHandles.privateLookupIn(virtualThread, MethodHandles.lookup());
            newVirtualThread =
                    lookup.findConstructor(
                                    virtualThread,
                                    MethodType.methodType(
                                            void.class,
                                            Executor.class,
                                            String.class,
                                            int.class,
                                            Runnable.class))
                            .asType(
                                    MethodType.methodType(
                                            Thread.class,
                                            Executor.class,
                                            String.class,
                                            int.class,
                                            Runnable.class));
            currentCarrierThread =
                    MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup())
                            .findStatic(
                                    Thread.class,
                                    "currentCarrierThread",
                                    MethodType.methodType(Thread.class));
            defaultScheduler =
                    (Executor)
                            lookup.findStatic(
                                            virtualThread,
                                            "defaultScheduler",
                                            MethodType.methodType(Executor.class))
                                    .invoke();
        } catch (Throwable failure) {
            cause = explain(failure);
        }
        NEW_VIRTUAL_THREAD = newVirtualThread;
        CURRENT_CARRIER_THREAD = currentCarrierThread;
        DEFAULT_SCHEDULER = defaultScheduler;
        UNAVAILABILITY_CAUSE = cause;
    }

    private JdkInternals() {}

    /**
     * The executors that end the timed waits of virtual threads which have a scheduler of their
     * own; who replaces an element serves them from there on.
     *
     * @throws ReflectiveOperationException if this JDK has no such field, or does not open it
     */
    static ScheduledExecutorService[] delayedTaskSchedulers() throws ReflectiveOperationException {
        Class<?> holder = Class.forName("java.lang.VirtualThread$DelayedTaskSchedulers");
        return (ScheduledExecutorService[])
                MethodHandles.privateLookupIn(holder, MethodHandles.lookup())
                        .findStaticVarHandle(holder, "INSTANCE", ScheduledExecutorService[].class)
                        .get();
    }

    /**
     * The threads that run when the JVM ends; none once it does.
     *
     * @throws ReflectiveOperationException if this JDK has no such field, or does not open it
     */
    static List<Thread> shutdownHooks() throws ReflectiveOperationException {
        Class<?> holder = Class.forName("java.lang.ApplicationShutdownHooks");
        @Nullable Map<?, ?> hooks =
                (Map<?, ?>)
                        MethodHandles.privateLookupIn(holder, MethodHandles.lookup())
                                .findStaticVarHandle(holder, "hooks", IdentityHashMap.class)
                                .get();
        return hooks == null ? List.of() : hooks.keySet().stream().map(Thread.class::cast).toList();
    }

    private static String explain(Throwable failure) {
        if (failure instanceof IllegalAccessException) {
            Module module = JdkInternals.class.getModule();
            String target = module.isNamed() ? module.getName() : "ALL-UNNAMED";
            return "the JVM was started without --add-opens=java.base/java.lang="
                    + target
                    + ": add it to the java command line, or start the program with ./weft run";
        }
        return "Weft needs JDK "
                + JDK
                + " and this is "
                + Runtime.version()
                + " ("
                + System.getProperty("java.vendor")
                + "), whose virtual threads differ: "
                + failure;
    }
}
