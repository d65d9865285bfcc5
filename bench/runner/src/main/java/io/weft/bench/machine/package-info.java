/** The machine that figures are taken on, and whether it has anything else to do. */
@NullMarked
package io.weft.bench.machine;

import org.jspecify.annotations.NullMarked;
