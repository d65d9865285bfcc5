/**
 * What the microbenchmarks do, on goroutines of Weft or virtual threads of the JDK: only the thread
 * factory differs. Channels, locks and contexts are those of Weft. {@code bench/peers/micro-go}
 * holds the same programs in Go, {@code micro-jox} and {@code micro-kotlin} those of channels with
 * other libraries.
 *
 * <p>{@link io.weft.bench.micro.operations.Program} runs one of them in a JVM of its own.
 */
@NullMarked
package io.weft.bench.micro.operations;

import org.jspecify.annotations.NullMarked;
