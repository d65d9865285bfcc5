/**
 * The scheduler: goroutines (G), the threads that run them (M) and the processors (P) that give the
 * right to run, each with a run queue and a network poller of its own.
 *
 * <p>Start with {@link Scheduler}, then {@link M} and {@code FindRunnable}: that is the whole life
 * of a goroutine. The class {@code P} holds what one M owns at a time.
 */
@NullMarked
package io.weft.sched;

import org.jspecify.annotations.NullMarked;
