/** Cost and latency of an echo. */
@NullMarked
package io.weft.bench.echo;

import org.jspecify.annotations.NullMarked;
