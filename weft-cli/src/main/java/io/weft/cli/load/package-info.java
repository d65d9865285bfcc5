/** The load generator: connections, schedules, latencies. */
@NullMarked
package io.weft.cli.load;

import org.jspecify.annotations.NullMarked;
