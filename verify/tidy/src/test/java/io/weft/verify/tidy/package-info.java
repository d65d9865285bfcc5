/** Style and structure of the whole source tree, as tests that name the cure. */
@NullMarked
package io.weft.verify.tidy;

import org.jspecify.annotations.NullMarked;
