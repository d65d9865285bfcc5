@NullMarked
package io.weft.bench;

import org.jspecify.annotations.NullMarked;
