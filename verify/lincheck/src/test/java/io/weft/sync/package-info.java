/** Every interleaving of channels, selects and their twins. */
@NullMarked
package io.weft.sync;

import org.jspecify.annotations.NullMarked;
