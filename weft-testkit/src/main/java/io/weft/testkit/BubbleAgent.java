package io.weft.testkit;

import io.weft.fiber.TimeHook;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.ProtectionDomain;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The testkit as a java agent: lets everybody in a {@link Bubble} see its time. {@code
 * System.nanoTime} and {@code System.currentTimeMillis} answer with it in the program, in the waits
 * of the JDK and in {@code java.time}; outside of bubbles nothing changes. Not to be called, but by
 * the JVM.
 */
public final class BubbleAgent {

    /** Classes of the JDK that measure waits, or make dates. */
    private static final Set<String> JDK_CLASSES =
            Set.of(
                    "java/lang/Thread",
                    "java/lang/VirtualThread",
                    "java/time/Clock",
                    "java/time/Clock$SystemClock",
                    "java/util/Date");

    private static final String JDK_WAITS = "java/util/concurrent/";

    /** Those that have a thread of their own, with the machine's time, or want chance from it. */
    private static final Set<String> JDK_OTHERS =
            Set.of("java/util/concurrent/DelayScheduler", "java/util/concurrent/ThreadLocalRandom");

    /** What makes the time of a bubble must know the real one. */
    private static final Set<String> MAKERS =
            Set.of("io/weft/sched/", "io/weft/fiber/", "io/weft/testkit/");

    private static volatile boolean active;

    private BubbleAgent() {}

    /** Called by the JVM before the program. */
    public static void premain(@Nullable String options, Instrumentation instrumentation)
            throws UnmodifiableClassException {
        install(instrumentation);
    }

    /** Called by the JVM when the agent is attached to a program that runs. */
    public static void agentmain(@Nullable String options, Instrumentation instrumentation)
            throws UnmodifiableClassException {
        install(instrumentation);
    }

    /** Whether the JDK sees the time of bubbles. */
    static boolean isActive() {
        return active;
    }

    private static synchronized void install(Instrumentation instrumentation)
            throws UnmodifiableClassException {
        if (active) {
            return;
        }
        answer(TimeHook.MONOTONIC); // loads what it needs
        TimeHook.install(BubbleAgent::answer);
        instrumentation.addTransformer(new Redirection(), true);
        Class<?>[] loaded =
                Arrays.stream(instrumentation.getAllLoadedClasses())
                        .filter(BubbleAgent::isToBeChanged)
                        .filter(instrumentation::isModifiableClass)
                        .toArray(Class<?>[]::new);
        instrumentation.retransformClasses(loaded);
        active = true;
    }

    private static long answer(long what) {
        BubbleRun run = Bubble.callersOrNull();
        if (run == null) {
            return TimeHook.REAL;
        }
        return what == TimeHook.MONOTONIC ? run.nanoTime() : run.nanosSinceEpoch();
    }

    private static boolean isToBeChanged(Class<?> type) {
        return !type.isArray()
                && !type.isHidden()
                && isToBeChanged(type.getClassLoader(), type.getName().replace('.', '/'));
    }

    private static boolean isToBeChanged(@Nullable ClassLoader loader, String name) {
        if (loader == null || loader.equals(ClassLoader.getPlatformClassLoader())) {
            return JDK_CLASSES.contains(name)
                    || (name.startsWith(JDK_WAITS) && !JDK_OTHERS.contains(name));
        }
        return MAKERS.stream().noneMatch(name::startsWith);
    }

    private static final class Redirection implements ClassFileTransformer {

        @Override
        public byte @Nullable [] transform(
                @Nullable ClassLoader loader,
                @Nullable String name,
                @Nullable Class<?> redefined,
                @Nullable ProtectionDomain domain,
                byte[] classFile) {
            return name != null && isToBeChanged(loader, name)
                    ? TimeCalls.redirected(classFile)
                    : null;
        }
    }
}
