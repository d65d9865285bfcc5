@NullMarked
package io.weft.bench.machine;

import org.jspecify.annotations.NullMarked;
