package io.weft.bench.fairness.programs;

import io.weft.bench.micro.operations.Threads;

/**
 * What differs between Weft and the JDK.
 *
 * @param <T> a timer
 * @param threads that run what is measured
 * @param timers of the same
 * @param echo on the same
 */
record Kind<T>(Threads threads, TimerKind<T> timers, EchoService echo) {}
