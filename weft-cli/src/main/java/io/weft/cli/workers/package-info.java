/** Processes that serve one port together: the one that starts them, and what it knows of each. */
@NullMarked
package io.weft.cli.workers;

import org.jspecify.annotations.NullMarked;
