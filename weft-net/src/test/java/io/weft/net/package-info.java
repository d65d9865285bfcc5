@NullMarked
package io.weft.net;

import org.jspecify.annotations.NullMarked;
