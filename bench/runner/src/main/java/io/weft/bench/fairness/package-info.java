/** Timers, and whether work that does not rest keeps an echo from being served. */
@NullMarked
package io.weft.bench.fairness;

import org.jspecify.annotations.NullMarked;
