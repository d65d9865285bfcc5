package io.weft.sched;

/**
 * How many entries of a heap are of no use any more: those of stopped timers, and those whose timer
 * has moved to an earlier entry. A guess: it is counted without a fence by whoever stops or moves a
 * timer, so that counts may be lost.
 *
 * <p>Each sweep of a heap makes a new one and gives it to the timers that stay. So counts that
 * belong to swept entries vanish with the old object, and during a sweep the new one is the mark of
 * those timers that have an entry already.
 */
final class TimerGarbage {

    /** Racy; never relied on but for when to sweep. */
    int entries;
}
