@NullMarked
package io.weft.bench.micro.operations;

import org.jspecify.annotations.NullMarked;
