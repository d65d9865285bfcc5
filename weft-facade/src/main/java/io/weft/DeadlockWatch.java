package io.weft;

import io.weft.fiber.Fibers;
import io.weft.sched.M;
import io.weft.sched.Scheduler;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds out that all goroutines of a runtime are asleep, and that nothing can wake one of them.
 *
 * <p>It says so only if it knows: nothing runs or is runnable and no timer is armed, at two looks
 * in a row without a switch in between; each goroutine is a known one, and waits for something else
 * than a socket, a process or the garbage collector; and no other thread lives that might have a
 * part, nor was there ever a virtual thread of the JDK's own scheduler. Whatever it does not
 * understand is a reason to say nothing.
 */
final class DeadlockWatch extends Thread {

    private static final System.Logger LOGGER = System.getLogger(DeadlockWatch.class.getName());

    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Threads of the JVM that end no wait of a goroutine but one that is looked for elsewhere. */
    private static final Set<String> HARMLESS =
            Set.of(
                    "Reference Handler",
                    "Finalizer",
                    "Signal Dispatcher",
                    "Notification Thread",
                    "Attach Listener",
                    "Common-Cleaner",
                    "DestroyJavaVM",
                    "Read-Poller",
                    "Write-Poller",
                    "MasterPoller",
                    "VirtualThread-unblocker");

    private static final String NETPOLL = "io.weft.netpoll.";

    private final WeftRuntime runtime;
    private final DeadlockPolicy policy;

    /** Threads that wait in {@link WeftRuntime#run}, and end no wait meanwhile. */
    private final Set<Thread> callers = ConcurrentHashMap.newKeySet();

    private long schedulesSeen = -1;
    private boolean reported;

    DeadlockWatch(WeftRuntime runtime, DeadlockPolicy policy) {
        super(null, null, runtime.name() + "-deadlocks", 0, false);
        this.runtime = runtime;
        this.policy = policy;
        setDaemon(true);
    }

    void callerWaits(Thread caller) {
        callers.add(caller);
    }

    void callerGoesOn(Thread caller) {
        callers.remove(caller);
    }

    @Override
    public void run() {
        while (!runtime.isClosed()) {
            LockSupport.parkNanos(this, PERIOD_NANOS);
            look();
        }
    }

    private void look() {
        Scheduler scheduler = runtime.scheduler();
        long schedules = scheduler.counters().schedules();
        boolean stands = schedules == schedulesSeen && scheduler.isAsleep();
        if (schedules != schedulesSeen) {
            schedulesSeen = schedules;
            reported = false;
        }
        if (stands && !reported && isForEver() && stillStands(scheduler)) {
            reported = true;
            report();
        }
    }

    /** What was seen of the goroutines is true only if none has moved meanwhile. */
    private boolean stillStands(Scheduler scheduler) {
        return scheduler.isAsleep() && scheduler.counters().schedules() == schedulesSeen;
    }

    private boolean isForEver() {
        GoroutineRegistry registry = runtime.goroutines().registry();
        if (registry == null
                || runtime.scheduler().hasGuests()
                || !Priming.isJdkSchedulerUnused()
                || Fibers.hasShutdownHooks()) {
            return false;
        }
        registry.findUnreachable();
        List<GoroutineRegistry.Entry> entries = registry.entries();
        return !entries.isEmpty()
                && entries.size() == runtime.goroutines().live()
                && entries.stream().allMatch(DeadlockWatch::waitsInside)
                && !hasOutsideThread();
    }

    private static boolean waitsInside(GoroutineRegistry.Entry entry) {
        Thread thread = GoroutineRegistry.threadOf(entry);
        if (thread == null || thread.getState() != State.WAITING) {
            return false;
        }
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getClassName().startsWith(NETPOLL) || Fibers.waitsOutside(frame)) {
                return false;
            }
        }
        return thread.getState() == State.WAITING;
    }

    private boolean hasOutsideThread() {
        for (Thread thread : allThreads()) {
            boolean own = thread == this || isOwnMachine(thread) || Fibers.isJdkCarrier(thread);
            if (!own && !callers.contains(thread) && !HARMLESS.contains(thread.getName())) {
                return true;
            }
        }
        return false;
    }

    private boolean isOwnMachine(Thread thread) {
        return (thread instanceof M m && m.scheduler() == runtime.scheduler())
                || runtime.scheduler().isMonitor(thread);
    }

    private static List<Thread> allThreads() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        for (ThreadGroup above = root; above != null; above = above.getParent()) {
            root = above;
        }
        // One more than there are says that none was left out.
        Thread[] found = new Thread[root.activeCount() + 1];
        int count = root.enumerate(found, true);
        while (count == found.length) {
            found = new Thread[2 * found.length];
            count = root.enumerate(found, true);
        }
        return Arrays.asList(found).subList(0, count);
    }

    private void report() {
        String dump = runtime.dumpGoroutines();
        LOGGER.log(
                Level.ERROR,
                "all goroutines are asleep, and nothing can wake one of them: deadlock in the"
                        + " runtime "
                        + runtime.name()
                        + "\n"
                        + dump);
        if (policy == DeadlockPolicy.EXIT) {
            ProcessEnd.begin();
        }
    }
}
