@NullMarked
package io.weft.bench.text;

import org.jspecify.annotations.NullMarked;
