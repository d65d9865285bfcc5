package io.weft.fiber;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the JDK knows about a waiting virtual thread and tells nobody: for tests that ask who is
 * still to be waited for. Where a JDK has other internals, the answer is that nothing is known.
 *
 * <p>All methods may be called from any thread. They are slow, and not for service.
 */
public final class Waits {

    private static final System.Logger LOGGER = System.getLogger(Waits.class.getName());

    /** The thread in the {@code Runnable} that the JDK submits; they are all of one class. */
    private static volatile @Nullable Field threadField;

    private Waits() {}

    /** Found at the first need. */
    private static final class Locks {

        /** Those that are free in the state 0; who waits for one then is about to be unparked. */
        static final Set<Class<?>> FREE_AT_ZERO =
                Set.of(ReentrantLock.class, ReentrantReadWriteLock.class, CountDownLatch.class);

        /** How often the owner holds it; in a lock for readers and a writer, they count above. */
        static final int EXCLUSIVE_MASK = 0xFFFF;

        static final @Nullable VarHandle OWNER;
        static final @Nullable VarHandle STATE;

        static {
            VarHandle owner = null;
            VarHandle state = null;
            try {
                Class<?> ownable = AbstractOwnableSynchronizer.class;
                owner =
                        opened(ownable)
                                .findVarHandle(ownable, "exclusiveOwnerThread", Thread.class);
                Class<?> queued = AbstractQueuedSynchronizer.class;
                state = opened(queued).findVarHandle(queued, "state", int.class);
            } catch (Throwable other) {
                unknown("owners of locks", other);
            }
            OWNER = owner;
            STATE = state;
        }
    }

    /** Found at the first need. */
    private static final class Snapshots {

        static final @Nullable MethodHandle OF;
        static final @Nullable MethodHandle STATE;
        static final @Nullable MethodHandle BLOCKED_ON;
        static final @Nullable MethodHandle WAITING_ON;
        static final @Nullable MethodHandle OWNED_AT;
        static final @Nullable MethodHandle STACK;

        static {
            MethodHandle of = null;
            MethodHandle state = null;
            MethodHandle blockedOn = null;
            MethodHandle waitingOn = null;
            MethodHandle ownedAt = null;
            MethodHandle stack = null;
            try {
                Class<?> type = Class.forName("jdk.internal.vm.ThreadSnapshot");
                MethodHandles.Lookup lookup = opened(type);
                of = lookup.findStatic(type, "of", MethodType.methodType(type, Thread.class));
                MethodType object = MethodType.methodType(Object.class);
                blockedOn = lookup.findVirtual(type, "blockedOn", object);
                waitingOn = lookup.findVirtual(type, "waitingOn", object);
                state =
                        lookup.findVirtual(
                                type, "threadState", MethodType.methodType(Thread.State.class));
                MethodType objects = MethodType.methodType(Stream.class, int.class);
                ownedAt = lookup.findVirtual(type, "ownedMonitorsAt", objects);
                MethodType frames = MethodType.methodType(StackTraceElement[].class);
                stack = lookup.findVirtual(type, "stackTrace", frames);
            } catch (Throwable other) {
                unknown("owners of monitors", other);
            }
            OF = of;
            STATE = state;
            BLOCKED_ON = blockedOn;
            WAITING_ON = waitingOn;
            OWNED_AT = ownedAt;
            STACK = stack;
        }
    }

    private static void unknown(String what, Throwable cause) {
        LOGGER.log(System.Logger.Level.DEBUG, what + " are unknown: another JDK", cause);
    }

    /** Private access to a class of java.base; java.lang is open, and so opens the rest. */
    private static MethodHandles.Lookup opened(Class<?> type) throws Throwable {
        MethodHandles.Lookup caller = MethodHandles.lookup();
        MethodHandles.privateLookupIn(Module.class, caller)
                .findVirtual(
                        Module.class,
                        "implAddOpens",
                        MethodType.methodType(void.class, String.class, Module.class))
                .invoke(type.getModule(), type.getPackageName(), Waits.class.getModule());
        return MethodHandles.privateLookupIn(type, caller);
    }

    /**
     * The virtual thread that a task of a scheduler continues.
     *
     * @return null if it continues none, or that is unknown
     */
    public static @Nullable Thread threadOf(Runnable task) {
        Runnable continuation = task instanceof Goroutine goroutine ? goroutine.own() : task;
        if (continuation == null) {
            return null;
        }
        try {
            Field field = threadField;
            if (field == null || field.getDeclaringClass() != continuation.getClass()) {
                field = fieldOf(continuation.getClass());
            }
            return field != null && field.get(continuation) instanceof Thread thread
                    ? thread
                    : null;
        } catch (ReflectiveOperationException | RuntimeException other) {
            unknown("threads of tasks", other);
            return null;
        }
    }

    /** A method reference has its receiver for its only field. */
    private static @Nullable Field fieldOf(Class<?> type) {
        Field[] fields = type.getDeclaredFields();
        if (fields.length != 1 || !Thread.class.isAssignableFrom(fields[0].getType())) {
            return null;
        }
        fields[0].setAccessible(true);
        threadField = fields[0];
        return fields[0];
    }

    /**
     * The thread that holds a lock which a thread is parked for.
     *
     * @param blocker what the parked thread has given to {@link
     *     java.util.concurrent.locks.LockSupport#park(Object)}
     * @return null if it is no lock, is free, or that is unknown
     */
    public static @Nullable Thread lockOwner(Object blocker) {
        VarHandle owner = Locks.OWNER;
        return owner != null && blocker instanceof AbstractOwnableSynchronizer lock
                ? (Thread) owner.get(lock)
                : null;
    }

    /**
     * Whether a thread is parked for a lock or a latch that is open, or is being opened: whoever
     * does that is about to unpark the thread.
     *
     * @return false also if that is unknown
     */
    public static boolean isOpening(Object blocker) {
        VarHandle states = Locks.STATE;
        if (states == null
                || !(blocker instanceof AbstractQueuedSynchronizer lock)
                || !Locks.FREE_AT_ZERO.contains(lock.getClass().getEnclosingClass())) {
            return false;
        }
        int state = (int) states.getVolatile(lock);
        if (state == 0) {
            return true;
        }
        // Who gives a lock back takes its name out before it changes the state.
        boolean counts = lock.getClass().getEnclosingClass() == CountDownLatch.class;
        return !counts && (state & Locks.EXCLUSIVE_MASK) != 0 && lockOwner(lock) == null;
    }

    /**
     * Whether one of these threads has the monitor for which a thread is blocked. All are
     * unmounted.
     *
     * @return false also if it is blocked no more; true also if nothing is known
     */
    public static boolean isBlockedByOneOf(Collection<Thread> owners, Thread blocked) {
        if (Snapshots.BLOCKED_ON == null) {
            return true;
        }
        try {
            Object snapshot = snapshotOf(blocked);
            Object monitor = snapshot == null ? null : monitorOf(snapshot);
            return monitor != null && isOwnedByOneOf(owners, monitor);
        } catch (Throwable other) {
            unknown("owners of monitors", other);
            return true;
        }
    }

    private static boolean isOwnedByOneOf(Collection<Thread> owners, Object monitor)
            throws Throwable {
        for (Thread owner : owners) {
            Object snapshot = snapshotOf(owner);
            if (snapshot != null && owns(snapshot, monitor)) {
                return true;
            }
        }
        return false;
    }

    /** The stack tells which monitors were entered; one that it waits for, or in, it has not. */
    @SuppressWarnings("ReferenceEquality") // a monitor is its identity
    private static boolean owns(Object snapshot, Object monitor) throws Throwable {
        MethodHandle stack = Objects.requireNonNull(Snapshots.STACK);
        MethodHandle ownedAt = Objects.requireNonNull(Snapshots.OWNED_AT);
        if (monitorOf(snapshot) == monitor) {
            return false;
        }
        int depth = ((StackTraceElement[]) stack.invoke(snapshot)).length;
        for (int i = 0; i < depth; i++) {
            if (((Stream<?>) ownedAt.invoke(snapshot, i)).anyMatch(m -> m == monitor)) {
                return true;
            }
        }
        return false;
    }

    /** The monitor that the thread is blocked for or waits in, or null. */
    private static @Nullable Object monitorOf(Object snapshot) throws Throwable {
        Thread.State state =
                (Thread.State) Objects.requireNonNull(Snapshots.STATE).invoke(snapshot);
        return switch (state) {
            case BLOCKED -> Objects.requireNonNull(Snapshots.BLOCKED_ON).invoke(snapshot);
            case WAITING, TIMED_WAITING ->
                    Objects.requireNonNull(Snapshots.WAITING_ON).invoke(snapshot);
            default -> null;
        };
    }

    private static @Nullable Object snapshotOf(Thread thread) throws Throwable {
        return Objects.requireNonNull(Snapshots.OF).invoke(thread);
    }
}
