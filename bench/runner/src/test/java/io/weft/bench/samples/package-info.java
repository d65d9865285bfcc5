@NullMarked
package io.weft.bench.samples;

import org.jspecify.annotations.NullMarked;
