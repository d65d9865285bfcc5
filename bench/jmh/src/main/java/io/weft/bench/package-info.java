/**
 * Microbenchmarks of goroutines, side by side with the JDK's own virtual threads.
 *
 * <p>Benchmarks of package-private parts live in the package of the part.
 */
@NullMarked
package io.weft.bench;

import org.jspecify.annotations.NullMarked;
