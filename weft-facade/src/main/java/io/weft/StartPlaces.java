package io.weft;

import io.weft.sched.spi.Wrapper;
import java.util.List;
import java.util.Set;

/**
 * Where goroutines were started. To look at the stack at each start would cost twice what the start
 * costs. But the code of a goroutine is most often a lambda, whose class is that of one place in
 * the source: so the place is noted once for each class, at its first start. A runtime that tracks
 * its goroutines looks each time.
 */
final class StartPlaces {

    /** So many frames say enough. */
    private static final int FRAMES_MAX = 16;

    private static final StackWalker WALKER = StackWalker.getInstance();

    /** Of whom nobody asks where a goroutine was started. */
    private static final Set<String> OWN =
            Set.of(
                    StartPlaces.class.getName(),
                    Goroutines.class.getName(),
                    RuntimeHost.class.getName(),
                    RuntimeTimers.class.getName(),
                    WeftRuntime.class.getName(),
                    Weft.class.getName());

    private static final List<String> OWN_PREFIXES =
            List.of("java.lang.ClassValue", "io.weft.sync.");

    private static final ClassValue<StackTraceElement[]> FIRST =
            new ClassValue<>() {
                @Override
                protected StackTraceElement[] computeValue(Class<?> code) {
                    return here();
                }
            };

    private StartPlaces() {}

    /** Notes the place for the code of a goroutine, if it is the first one. */
    static void note(Runnable task) {
        var _ = FIRST.get(codeOf(task).getClass());
    }

    /** The place that was noted. */
    static StackTraceElement[] first(Runnable task) {
        return FIRST.get(codeOf(task).getClass());
    }

    /** The stack of the caller, without what is ours. */
    static StackTraceElement[] here() {
        return WALKER.walk(
                frames ->
                        frames.map(StackWalker.StackFrame::toStackTraceElement)
                                .dropWhile(StartPlaces::isOwn)
                                .limit(FRAMES_MAX)
                                .toArray(StackTraceElement[]::new));
    }

    private static boolean isOwn(StackTraceElement frame) {
        String name = frame.getClassName();
        int nested = name.indexOf('$');
        return OWN.contains(nested < 0 ? name : name.substring(0, nested))
                || OWN_PREFIXES.stream().anyMatch(name::startsWith);
    }

    private static Object codeOf(Runnable task) {
        return task instanceof Wrapper wrapper ? wrapper.wrapped() : task;
    }

    /**
     * Adds the place to an exception, where every handler shows it: as a suppressed one.
     *
     * @param exact whether the place is that of this very goroutine
     */
    static void addTo(Throwable failure, StackTraceElement[] place, boolean exact) {
        failure.addSuppressed(new GoroutineStart(place, exact));
    }
}
