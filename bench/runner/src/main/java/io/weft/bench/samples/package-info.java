/** What was measured, one JSON object per line. */
@NullMarked
package io.weft.bench.samples;

import org.jspecify.annotations.NullMarked;
