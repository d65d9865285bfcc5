/** Tests. */
@NullMarked
package io.weft.cli.child;

import org.jspecify.annotations.NullMarked;
