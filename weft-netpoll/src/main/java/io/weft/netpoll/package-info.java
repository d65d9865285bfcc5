/** The network poller: poll descriptors, fd lifetime, epoll. */
@NullMarked
package io.weft.netpoll;

import org.jspecify.annotations.NullMarked;
