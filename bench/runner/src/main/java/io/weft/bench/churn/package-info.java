/** What is kept of connections that have come and gone. */
@NullMarked
package io.weft.bench.churn;

import org.jspecify.annotations.NullMarked;
