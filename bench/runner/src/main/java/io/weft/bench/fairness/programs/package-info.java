/**
 * The programs that are measured: timers, and an echo beside work that does not rest, for Weft and
 * for virtual threads of the JDK. {@code bench/peers/fair-go} is the same in Go.
 */
@NullMarked
package io.weft.bench.fairness.programs;

import org.jspecify.annotations.NullMarked;
