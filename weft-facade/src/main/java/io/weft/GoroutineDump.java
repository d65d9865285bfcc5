package io.weft;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The goroutines of a runtime as text, those with the same stack together. */
final class GoroutineDump {

    private static final int GROUPS_MAX = 1_000;

    /** What goroutines with the same stack have in common. */
    private record Place(Thread.State state, List<StackTraceElement> stack, String startedAt) {}

    /** Those at one place. */
    private static final class Group {
        private int count;
        private long exampleId;
        private @Nullable Object blocker;
    }

    private GoroutineDump() {}

    static String of(GoroutineRegistry registry) {
        Map<Place, Group> groups = new LinkedHashMap<>();
        int total = 0;
        for (GoroutineRegistry.Entry entry : registry.entries()) {
            Thread thread = GoroutineRegistry.threadOf(entry);
            if (thread != null) {
                total++;
                add(groups, thread, entry);
            }
        }
        StringBuilder out = new StringBuilder(1_000);
        out.append(total).append(" goroutines\n");
        List<Map.Entry<Place, Group>> sorted = new ArrayList<>(groups.entrySet());
        sorted.sort(Comparator.comparingInt(group -> -group.getValue().count));
        sorted.stream()
                .limit(GROUPS_MAX)
                .forEach(group -> append(out, group.getKey(), group.getValue()));
        return out.toString();
    }

    private static void add(
            Map<Place, Group> groups, Thread thread, GoroutineRegistry.Entry entry) {
        StackTraceElement[] started = entry.startedAt;
        Place place =
                new Place(
                        thread.getState(),
                        List.of(thread.getStackTrace()),
                        started.length == 0 ? "unknown" : started[0].toString());
        Group group = groups.computeIfAbsent(place, absent -> new Group());
        group.count++;
        group.exampleId = entry.id;
        group.blocker = LockSupport.getBlocker(thread);
    }

    private static void append(StringBuilder out, Place place, Group group) {
        out.append('\n').append(group.count);
        out.append(group.count == 1 ? " goroutine " : " goroutines ");
        out.append(place.state()).append(", such as ").append(group.exampleId);
        if (group.blocker != null) {
            out.append(", on ").append(group.blocker);
        }
        out.append('\n');
        for (StackTraceElement frame : place.stack()) {
            out.append("\tat ").append(frame).append('\n');
        }
        out.append("\tstarted at ").append(place.startedAt()).append('\n');
    }
}
