/**
 * The Weft runtime: {@link io.weft.Weft#go go} starts a goroutine, {@link io.weft.Weft#run run}
 * runs a whole program in one. Blocking calls are in {@code io.weft.net}, and in whatever blocking
 * Java code you have.
 *
 * <p>Time: {@link io.weft.Weft#sleep sleep} waits, a {@link io.weft.Timer} runs a function later, a
 * {@link io.weft.Ticker} tells how many periods have passed, and {@link
 * io.weft.Weft#scheduledExecutor scheduledExecutor} serves libraries. None of them is ever early.
 * {@code Thread.sleep}, timed waits and time-outs of the JDK go by the same timers in a goroutine.
 *
 * <p>Beside what Java has: {@link io.weft.Weft#await await} waits for a stage, {@link
 * io.weft.Weft#future future} is one, and {@link io.weft.Weft#boundedExecutor boundedExecutor}
 * spares what its tasks use. {@link io.weft.sync.Flows} has the bridges between channels and
 * publishers.
 *
 * <p>Threads: a goroutine that blocks its carrier or computes for long loses its turn to others,
 * not its thread. {@link io.weft.Weft#blocking blocking} says so beforehand, {@link
 * io.weft.Weft#lockCarrier lockCarrier} keeps a goroutine on one OS thread, and {@link
 * io.weft.Builder#cpus cpus} binds carriers to CPUs.
 */
@NullMarked
package io.weft;

import org.jspecify.annotations.NullMarked;
