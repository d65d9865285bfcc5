package io.weft.sched;

/**
 * What the scheduler has done since its start, summed over all Ps. Each number only grows; they are
 * read while the Ps go on, so they need not fit together exactly.
 *
 * @param schedules times a goroutine was put on an M
 * @param polls looks into a poller, blocking or not
 * @param pollEvents events that polls found
 * @param steals successful steals from another P
 * @param stalePolls looks into the poller of another, busy P
 * @param wakeUps times an idle P was woken because there was work for it
 * @param idles times a P went to sleep in its poller
 * @param overflows times half a full ring was moved to the global queue
 * @param timers timers that were run
 * @param handOffs times a P went to another M, because a goroutine said that it blocks, or because
 *     it was taken from one that blocked or computed for too long
 * @param retakes how many of these the system monitor took
 * @param monitorPolls looks of the system monitor into a poller
 */
public record SchedulerCounters(
        long schedules,
        long polls,
        long pollEvents,
        long steals,
        long stalePolls,
        long wakeUps,
        long idles,
        long overflows,
        long timers,
        long handOffs,
        long retakes,
        long monitorPolls) {

    static final SchedulerCounters ZERO = new SchedulerCounters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    SchedulerCounters plus(P p) {
        return new SchedulerCounters(
                schedules + p.schedules,
                polls + p.polls,
                pollEvents + p.pollEvents,
                steals + p.steals,
                stalePolls + p.stalePolls,
                wakeUps + p.wakeUps,
                idles + p.idles,
                overflows + p.overflows,
                timers + p.timersRun,
                handOffs,
                retakes,
                monitorPolls);
    }

    SchedulerCounters plus(SystemMonitor monitor, long released) {
        return new SchedulerCounters(
                schedules,
                polls,
                pollEvents,
                steals,
                stalePolls,
                wakeUps,
                idles,
                overflows,
                timers + monitor.timers,
                handOffs + released + monitor.retakes,
                retakes + monitor.retakes,
                monitorPolls + monitor.polls);
    }
}
