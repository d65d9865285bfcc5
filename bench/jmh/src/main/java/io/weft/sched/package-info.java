/** Microbenchmarks of the scheduler's own data structures. */
@NullMarked
package io.weft.sched;

import org.jspecify.annotations.NullMarked;
