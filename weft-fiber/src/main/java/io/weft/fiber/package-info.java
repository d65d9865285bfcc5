/**
 * Goroutines as virtual threads of the JDK: the only package that touches JDK internals, so that
 * another JDK needs another version of this package and of nothing else.
 */
@NullMarked
package io.weft.fiber;

import org.jspecify.annotations.NullMarked;
