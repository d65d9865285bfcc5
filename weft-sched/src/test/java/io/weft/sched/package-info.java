/** Tests of the scheduler on plain threads. */
@NullMarked
package io.weft.sched;

import org.jspecify.annotations.NullMarked;
