/**
 * Yield, park, spawn, sleep, hand over: goroutines of Weft and Go, virtual threads of the JDK.
 * Channels: of Weft, Go, Jox and Kotlin. Locks and contexts: of Weft and Go.
 */
@NullMarked
package io.weft.bench.micro;

import org.jspecify.annotations.NullMarked;
