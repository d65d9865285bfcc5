package io.weft.sched;

import io.weft.sched.SimulatedTask.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the tasks of a simulation live in, and what has to be true of it. Belongs to who has the
 * baton.
 */
final class SimulatedWorld {

    private static final int TASKS_MAX = 24;
    private static final int FIRST_TASKS_MAX = 6;
    private static final int TIMERS = 4;

    private final Baton baton;
    private final Scheduler scheduler;
    private final SplittableRandom chance;
    private final List<SimulatedPoller> pollers;

    private final List<SimulatedTask> tasks = new ArrayList<>();
    private final List<SimulatedStream> streams = new ArrayList<>();
    private final List<SimulatedTimer> timers = new ArrayList<>();
    private final ArrayDeque<SimulatedTask> sleepers = new ArrayDeque<>();

    /** Threads that are between the decision to make a task runnable and the end of that. */
    private int submitting;

    /** The numbers of the Ms that run code of a task. */
    private final Set<Integer> inTask = ConcurrentHashMap.newKeySet();

    /** Those of them that sleep in the kernel. */
    private final Set<Integer> inKernel = ConcurrentHashMap.newKeySet();

    /** How many of the first tasks are still to be started. */
    private int toStart;

    private final int bytesMax;
    private int alive;
    private long runs;

    SimulatedWorld(
            Baton baton,
            Scheduler scheduler,
            List<SimulatedPoller> pollers,
            SplittableRandom chance,
            int bytesMax) {
        this.baton = baton;
        this.scheduler = scheduler;
        this.pollers = pollers;
        this.chance = chance;
        this.bytesMax = bytesMax;
        toStart = chance.nextInt(1, FIRST_TASKS_MAX);
        for (int i = 0; i < TIMERS; i++) {
            newTimer(this::wakeSleeper);
        }
    }

    boolean isOver() {
        return baton.isFree();
    }

    long nowNanos() {
        return baton.nowNanos();
    }

    void fail(String what) {
        fail(new AssertionError(what));
    }

    void fail(AssertionError wrong) {
        baton.fail(wrong);
    }

    // What tasks do.

    SimulatedTimer newTimer(Runnable onExpiry) {
        SimulatedTimer timer = new SimulatedTimer(scheduler, baton, onExpiry);
        timers.add(timer);
        return timer;
    }

    /** From outside; false if there is none left. */
    boolean startFirstTask() {
        if (toStart == 0) {
            return false;
        }
        startTask();
        toStart--;
        return true;
    }

    void startTask() {
        if (tasks.size() == TASKS_MAX) {
            return;
        }
        int number = tasks.size();
        SimulatedPoller poller = pollers.get(chance.nextInt(pollers.size()));
        SimulatedStream stream = new SimulatedStream(number, chance.nextInt(bytesMax), poller);
        streams.add(stream);
        SimulatedTask task = new SimulatedTask(this, number, stream, chance.nextLong());
        tasks.add(task);
        alive++;
        submit(task);
    }

    void submit(SimulatedTask task) {
        submitting++;
        scheduler.ready(task);
        submitting--;
    }

    void onRun() {
        runs++;
    }

    void onEnd() {
        alive--;
    }

    void stepInTask() {
        int machine = ((M) Thread.currentThread()).number;
        inTask.add(machine);
        baton.step("runs its task");
        inTask.remove(machine);
    }

    void addSleeper(SimulatedTask task) {
        sleepers.add(task);
    }

    void wakeSleeper() {
        SimulatedTask sleeper = sleepers.poll();
        if (sleeper != null) {
            sleeper.wake();
        }
    }

    void armAnyTimer(SplittableRandom draw) {
        timers.get(draw.nextInt(TIMERS)).arm(nowNanos() + draw.nextInt(2_000_000) - 1_000);
    }

    void disarmAnyTimer(SplittableRandom draw) {
        timers.get(draw.nextInt(TIMERS)).disarm();
    }

    void compute(int nanos) {
        baton.pass(nanos);
    }

    /** As a call that blocks the thread, announced or not. */
    void block(boolean announced) {
        if (announced) {
            scheduler.releaseProcessor();
        }
        long end = nowNanos() + chance.nextInt(200_000);
        int machine = ((M) Thread.currentThread()).number;
        inTask.add(machine);
        inKernel.add(machine);
        baton.await("blocks its thread", () -> false, end);
        inKernel.remove(machine);
        inTask.remove(machine);
    }

    boolean isInKernel(int machine) {
        return inKernel.contains(machine);
    }

    // What the network does.

    void sendSomething() {
        List<SimulatedStream> open = streams.stream().filter(s -> !s.hasArrived()).toList();
        if (!open.isEmpty()) {
            open.get(chance.nextInt(open.size())).arrive(chance.nextInt(1, 20));
        }
    }

    /** Whether all tasks have ended. */
    boolean isDone() {
        return toStart == 0 && alive == 0;
    }

    // What has to be true.

    /** At any moment: a task that is not queued is in no queue, the others in one at most. */
    void check() {
        Map<Runnable, Integer> places = places();
        for (SimulatedTask task : tasks) {
            int count = places.getOrDefault(task, 0);
            if (count > 1 || (count == 1 && task.state() != State.QUEUED)) {
                fail(task + " is in " + count + " queues");
            }
        }
    }

    private Map<Runnable, Integer> places() {
        Map<Runnable, Integer> places = new HashMap<>();
        for (Runnable task : QueueContents.of(scheduler)) {
            places.merge(task, 1, Integer::sum);
        }
        return places;
    }

    /** When all wait: if no M has anything to do, that is so, and each will wake in time. */
    void checkAsleep() {
        if (!pollers.stream().allMatch(SimulatedPoller::isBlocked)) {
            return;
        }
        for (SimulatedTask task : tasks) {
            if (task.state() == State.QUEUED) {
                fail(task + " is left, and all Ps are idle\n" + scheduler.dump());
            }
        }
        for (SimulatedStream stream : streams) {
            if (stream.isForgotten()) {
                fail("there are bytes, their reader waits, and no event is on its way");
            }
        }
        checkTimers();
        boolean countsAgree =
                scheduler.isAllIdle()
                        && scheduler.spinning.get() == 0
                        && scheduler.global.size() == 0
                        && scheduler.schedules() == runs
                        && submitting == 0;
        if (!countsAgree) {
            fail("all sleep, and " + runs + " runs were counted otherwise\n" + scheduler.dump());
        }
    }

    private void checkTimers() {
        long first = RuntimeTimer.NEVER;
        for (SimulatedTimer timer : timers) {
            if (!timer.isConsistent()) {
                fail("an arming was lost or ended twice: " + timer);
            }
            first = Math.min(first, timer.whenNanos());
        }
        long wake = RuntimeTimer.NEVER;
        for (SimulatedPoller poller : pollers) {
            wake = Math.min(wake, poller.untilNanos());
        }
        if (wake > first) {
            fail("a timer is due at " + first + ", and all sleep until " + wake);
        }
    }

    /** Everybody works or sleeps, nobody searches: then no P sleeps beside work. */
    void checkBusy() {
        if (submitting == 0
                && scheduler.spinning.get() == 0
                && !scheduler.idle.isEmpty()
                && scheduler.counters().overflows() == 0
                && scheduler.hasWork()
                && isEverybodyOutOfTheScheduler()) {
            fail("a P is idle beside work, and nobody is on the way\n" + scheduler.dump());
        }
    }

    private boolean isEverybodyOutOfTheScheduler() {
        for (P p : scheduler.processors) {
            int word = p.observe();
            boolean runs = OwnerWord.isRunning(word) && inTask.contains(OwnerWord.machine(word));
            if (!runs && !pollers.get(p.index).isBlocked()) {
                return false;
            }
        }
        return true;
    }
}
