@NullMarked
package io.weft.testkit;

import org.jspecify.annotations.NullMarked;
