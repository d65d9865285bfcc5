/** Stress tests of channels. */
@NullMarked
package io.weft.sync;

import org.jspecify.annotations.NullMarked;
