/** The run queue under JMH. */
@NullMarked
package io.weft.bench.queue;

import org.jspecify.annotations.NullMarked;
