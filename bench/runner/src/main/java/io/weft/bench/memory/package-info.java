/** Memory of connections that rest. */
@NullMarked
package io.weft.bench.memory;

import org.jspecify.annotations.NullMarked;
