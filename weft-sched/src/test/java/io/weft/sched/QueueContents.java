package io.weft.sched;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is in the queues of a scheduler, while nobody changes them. */
final class QueueContents {

    private static final Field SLOTS = field(RunQueue.class, "slots");
    private static final Field HEAD = field(RunQueue.class, "head");
    private static final Field TAIL = field(RunQueue.class, "tail");
    private static final Field GLOBAL = field(GlobalQueue.class, "tasks");

    private QueueContents() {}

    private static Field field(Class<?> type, String name) {
        try {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A task that is in two places is here twice. */
    static List<Runnable> of(Scheduler scheduler) {
        try {
            List<Runnable> tasks = new ArrayList<>();
            for (P p : scheduler.processors) {
                Runnable next = p.peekNext();
                if (next != null) {
                    tasks.add(next);
                }
                addRing(p.ring, tasks);
            }
            for (Object task :
                    (Collection<?>) Objects.requireNonNull(GLOBAL.get(scheduler.global))) {
                tasks.add((Runnable) task);
            }
            return tasks;
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static void addRing(RunQueue ring, List<Runnable> tasks) throws IllegalAccessException {
        @Nullable Runnable[] slots = (Runnable[]) Objects.requireNonNull(SLOTS.get(ring));
        int tail = TAIL.getInt(ring);
        for (int i = HEAD.getInt(ring); i != tail; i++) {
            tasks.add(Objects.requireNonNull(slots[i & (slots.length - 1)]));
        }
    }
}
