@NullMarked
package io.weft.bench.stats;

import org.jspecify.annotations.NullMarked;
