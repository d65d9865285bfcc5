package io.weft.testkit;

import io.weft.fiber.JdkWait;
import io.weft.fiber.Waits;
import io.weft.sched.M;
import io.weft.sched.spi.Clock;
import io.weft.sched.spi.OutsideWait;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The goroutines of a bubble, and which of them hold the time. One becomes known when it is made
 * runnable for the first time, by its start.
 *
 * <p>Once it waits durably, a goroutine does so until it is made runnable again: only those are
 * looked at that were, and those that did not wait durably the last time.
 *
 * <p>All but {@link #onReady} and {@link #calling} is for the M of the bubble, when nobody is
 * runnable there.
 */
final class BubbleMembers {

    /** What a goroutine does when nobody is runnable. */
    private enum Doing {
        /** It has ended. */
        NOTHING,
        /** It waits until another goroutine, or the time, wakes it. */
        WAITING,
        /** It waits for a monitor. */
        BLOCKED,
        /** It runs on a thread of its own, or waits for somebody outside. */
        BUSY
    }

    private final Clock clock;
    private final Thread.UncaughtExceptionHandler handler;

    /** By what the scheduler runs. */
    private final ConcurrentHashMap<Runnable, BubbleMember> members = new ConcurrentHashMap<>();

    /** Those that were made runnable since they were looked at. */
    private final ConcurrentLinkedQueue<BubbleMember> changed = new ConcurrentLinkedQueue<>();

    /** Those that have to be looked at again. */
    private final List<BubbleMember> restless = new ArrayList<>();

    /**
     * Those that wait for a monitor, or in one. A notification, and whoever leaves the monitor,
     * have the JVM take them on, and nobody here is told.
     */
    private final Set<BubbleMember> atMonitors = new LinkedHashSet<>();

    /** A goroutine that measures its waits by the wrong clock; see {@link #measuring}. */
    private @Nullable BubbleMember measuring;

    /**
     * Without any.
     *
     * @param handler gets what they do not catch, unless they have a handler of their own
     */
    BubbleMembers(Clock clock, Thread.UncaughtExceptionHandler handler) {
        this.clock = clock;
        this.handler = handler;
    }

    /** Any thread: a task of the scheduler becomes runnable. */
    void onReady(Runnable task) {
        BubbleMember member = members.get(task);
        if (member == null) {
            Thread thread = Waits.threadOf(task);
            if (thread == null) {
                return; // no goroutine
            }
            member = welcome(task, thread);
        }
        if (member.change(Thread.currentThread() instanceof M)) {
            changed.add(member);
        }
    }

    private BubbleMember welcome(Runnable task, Thread thread) {
        BubbleMember member = new BubbleMember(task, thread, BubbleReport.originOfStart());
        BubbleMember known = members.putIfAbsent(task, member);
        if (known != null) {
            return known;
        }
        if (thread.getUncaughtExceptionHandler() instanceof ThreadGroup) {
            thread.setUncaughtExceptionHandler(handler);
        }
        return member;
    }

    /** The goroutine that calls. */
    BubbleMember calling() {
        Thread me = Thread.currentThread();
        for (BubbleMember member : members.values()) {
            if (member.thread.equals(me)) {
                return member;
            }
        }
        throw new IllegalStateException("testkit: the bubble does not know " + me);
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    /** Those that have not ended, in the order of their numbers. */
    List<BubbleMember> all() {
        List<BubbleMember> list = new ArrayList<>(members.values());
        list.sort(java.util.Comparator.comparingLong(member -> member.thread.threadId()));
        return list;
    }

    /**
     * A goroutine whose timed wait is over, and that waits again since its clock says otherwise.
     */
    @Nullable BubbleMember measuring() {
        return measuring;
    }

    /**
     * Before each choice of who runs next: whoever has got a monitor from the one who ran last is
     * runnable after it. That is the work of a thread of the JDK, and the order would depend on how
     * fast that is.
     */
    void passMonitorsOn(@Nullable Runnable last) {
        BubbleMember ran = last == null ? null : members.get(last);
        if (ran != null && ran.isAtMonitor()) {
            atMonitors.add(ran);
        } else if (ran != null) {
            atMonitors.remove(ran);
        }
        if (!atMonitors.isEmpty() && atMonitors.stream().anyMatch(BubbleMember::isBlocked)) {
            Unblocker.await();
        }
    }

    /** Whether nobody does anything, but wait for each other and the time. */
    boolean areSettled() {
        Set<BubbleMember> toSee = new LinkedHashSet<>(restless);
        toSee.addAll(atMonitors);
        restless.clear();
        for (BubbleMember next = changed.poll(); next != null; next = changed.poll()) {
            toSee.add(next);
        }
        boolean settled = true;
        List<BubbleMember> blocked = new ArrayList<>();
        for (BubbleMember member : toSee) {
            switch (look(member)) {
                case NOTHING -> forget(member);
                case WAITING -> {}
                case BLOCKED -> blocked.add(member);
                case BUSY -> {
                    restless.add(member);
                    settled = false;
                }
            }
        }
        atMonitors.addAll(blocked);
        return areBlockedInside(blocked) && settled;
    }

    private void forget(BubbleMember member) {
        members.remove(member.task);
        atMonitors.remove(member);
    }

    private boolean areBlockedInside(List<BubbleMember> blocked) {
        if (blocked.isEmpty()) {
            return true;
        }
        Unblocker.await();
        if (!changed.isEmpty()) {
            return false; // one of them goes on
        }
        Collection<Thread> threads = members.values().stream().map(m -> m.thread).toList();
        return blocked.stream().allMatch(m -> Waits.isBlockedByOneOf(threads, m.thread));
    }

    private Doing look(BubbleMember member) {
        boolean timedOut = member.settleChange(clock.nanoTime());
        Thread.State state = member.thread.getState();
        boolean wasMeasuring = member.isMeasuring;
        member.isMeasuring = false;
        return switch (state) {
            case TERMINATED -> Doing.NOTHING;
            case NEW, RUNNABLE -> Doing.BUSY;
            case BLOCKED -> Doing.BLOCKED;
            case WAITING, TIMED_WAITING -> {
                Object blocker = member.blocker();
                if (isOutside(member, blocker)) {
                    yield Doing.BUSY;
                }
                if (state == Thread.State.TIMED_WAITING && isMeasuring(member, blocker)) {
                    member.isMeasuring = true;
                    measuring = wasMeasuring && timedOut ? member : measuring;
                }
                yield Doing.WAITING;
            }
        };
    }

    /** With an agent they measure by the clock of the bubble. */
    private static boolean isMeasuring(BubbleMember member, @Nullable Object blocker) {
        return !BubbleAgent.isActive() && JdkWait.isMeasured(member.thread, blocker);
    }

    private boolean isOutside(BubbleMember member, @Nullable Object blocker) {
        if (member.isOutside() || blocker instanceof OutsideWait) {
            return true;
        }
        if (blocker == null) {
            return JdkWait.isOutside(member.thread);
        }
        if (Waits.isOpening(blocker)) {
            return true; // by somebody outside: one of the bubble would have unparked it
        }
        Thread owner = Waits.lockOwner(blocker);
        return owner != null && members.values().stream().noneMatch(m -> m.thread.equals(owner));
    }
}
