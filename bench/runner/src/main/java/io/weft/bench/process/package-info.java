/** Servers in processes of their own, pinned to CPUs. */
@NullMarked
package io.weft.bench.process;

import org.jspecify.annotations.NullMarked;
