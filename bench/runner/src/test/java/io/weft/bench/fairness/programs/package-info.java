@NullMarked
package io.weft.bench.fairness.programs;

import org.jspecify.annotations.NullMarked;
