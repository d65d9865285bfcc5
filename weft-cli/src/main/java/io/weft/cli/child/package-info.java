/** Processes that this one starts, asks, and does not leave behind. */
@NullMarked
package io.weft.cli.child;

import org.jspecify.annotations.NullMarked;
