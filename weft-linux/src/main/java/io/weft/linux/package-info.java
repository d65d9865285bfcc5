/** Linux system calls through {@code java.lang.foreign}: raw results, no policy. */
@NullMarked
package io.weft.linux;

import org.jspecify.annotations.NullMarked;
