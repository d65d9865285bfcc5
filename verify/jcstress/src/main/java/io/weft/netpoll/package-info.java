/**
 * Stress tests of the netpoll's lock-free protocols. Each good test is paired with twins whose
 * names contain {@code Broken}: the same protocol with one thing left out. A twin must be seen to
 * fail, or the good test proves nothing.
 */
@NullMarked
package io.weft.netpoll;

import org.jspecify.annotations.NullMarked;
