/** Heap that an echo allocates. */
@NullMarked
package io.weft.bench.allocation;

import org.jspecify.annotations.NullMarked;
