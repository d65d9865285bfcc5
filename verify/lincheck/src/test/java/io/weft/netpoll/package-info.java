/** Model checking of what the network poller is made of, from inside its package. */
@NullMarked
package io.weft.netpoll;

import org.jspecify.annotations.NullMarked;
