/**
 * The Weft runtime: {@link io.weft.Weft#go go} starts a goroutine, {@link io.weft.Weft#run run}
 * runs a whole program in one. Blocking calls are in {@code io.weft.net}, and in whatever blocking
 * Java code you have.
 */
@NullMarked
package io.weft;

import org.jspecify.annotations.NullMarked;
