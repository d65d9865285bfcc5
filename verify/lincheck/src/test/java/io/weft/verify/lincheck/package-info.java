/** Model checking of the lock-free protocols, and of the model checker. */
@NullMarked
package io.weft.verify.lincheck;

import org.jspecify.annotations.NullMarked;
