/** Tests of the netpoll on plain threads: with a scripted kernel, and with the real one. */
@NullMarked
package io.weft.netpoll;

import org.jspecify.annotations.NullMarked;
