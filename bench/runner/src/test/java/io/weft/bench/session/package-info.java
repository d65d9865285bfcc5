@NullMarked
package io.weft.bench.session;

import org.jspecify.annotations.NullMarked;
