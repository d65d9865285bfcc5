@NullMarked
package io.weft.bench.echo;

import org.jspecify.annotations.NullMarked;
