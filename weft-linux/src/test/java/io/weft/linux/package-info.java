@NullMarked
package io.weft.linux;

import org.jspecify.annotations.NullMarked;
