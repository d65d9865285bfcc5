@NullMarked
package io.weft.bench.report;

import org.jspecify.annotations.NullMarked;
