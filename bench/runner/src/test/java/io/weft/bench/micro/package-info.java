@NullMarked
package io.weft.bench.micro;

import org.jspecify.annotations.NullMarked;
