/** The rules of reactive streams over {@link io.weft.sync.Flows}, with goroutines behind it. */
@NullMarked
package io.weft.sync;

import org.jspecify.annotations.NullMarked;
