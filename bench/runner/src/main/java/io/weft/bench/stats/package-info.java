/** Medians, extremes, and ratios round by round. */
@NullMarked
package io.weft.bench.stats;

import org.jspecify.annotations.NullMarked;
