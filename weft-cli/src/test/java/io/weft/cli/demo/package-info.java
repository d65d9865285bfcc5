/** Tests. */
@NullMarked
package io.weft.cli.demo;

import org.jspecify.annotations.NullMarked;
