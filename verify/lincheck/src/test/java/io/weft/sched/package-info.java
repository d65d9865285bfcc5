/** Model checking of what the scheduler is made of, from inside its package. */
@NullMarked
package io.weft.sched;

import org.jspecify.annotations.NullMarked;
