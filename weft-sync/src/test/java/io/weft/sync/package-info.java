/** Tests of channels and select, on platform threads and plain virtual threads. */
@NullMarked
package io.weft.sync;

import org.jspecify.annotations.NullMarked;
