/** From samples to the page and the charts in {@code docs}. */
@NullMarked
package io.weft.bench.report;

import org.jspecify.annotations.NullMarked;
