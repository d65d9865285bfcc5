/** Runs of the load generator and their figures. */
@NullMarked
package io.weft.bench.load;

import org.jspecify.annotations.NullMarked;
