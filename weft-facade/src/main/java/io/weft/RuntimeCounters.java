package io.weft;

import io.weft.netpoll.NetpollCounters;
import io.weft.sched.SchedulerCounters;

/**
 * What a runtime has done since its start. The numbers are read while it goes on, one after the
 * other, so they need not fit together exactly.
 *
 * @param liveGoroutines started and not yet ended, as far as {@link WeftRuntime} started them
 * @param scheduler the work of the Ps
 * @param netpoll the work of the pollers
 */
public record RuntimeCounters(
        long liveGoroutines, SchedulerCounters scheduler, NetpollCounters netpoll) {}
