/** What the scheduler asks of the world: stacks, pollers, time and chance. */
@NullMarked
package io.weft.sched.spi;

import org.jspecify.annotations.NullMarked;
