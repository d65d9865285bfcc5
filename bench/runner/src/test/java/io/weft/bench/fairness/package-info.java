@NullMarked
package io.weft.bench.fairness;

import org.jspecify.annotations.NullMarked;
