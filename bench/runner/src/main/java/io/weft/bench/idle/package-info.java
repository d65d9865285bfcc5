/** CPU time of connections that rest. */
@NullMarked
package io.weft.bench.idle;

import org.jspecify.annotations.NullMarked;
