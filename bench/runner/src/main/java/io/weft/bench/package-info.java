/** Measurements of Weft beside others, each taken by one command. */
@NullMarked
package io.weft.bench;

import org.jspecify.annotations.NullMarked;
