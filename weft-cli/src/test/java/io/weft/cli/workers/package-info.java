/** Tests of the processes that share a port. */
@NullMarked
package io.weft.cli.workers;

import org.jspecify.annotations.NullMarked;
