/**
 * TCP for goroutines. A blocking call parks a goroutine (or any virtual thread) and blocks a
 * platform thread; the calls and their exceptions are those that Java users know from {@link
 * java.nio.channels.InterruptibleChannel interruptible channels}.
 *
 * <p>An error of the kernel becomes an exception whose message reads {@code "connect 10.0.0.1:80:
 * ECONNREFUSED: connection refused; nothing listens there, or a firewall rejects it"}: what was
 * tried, the errno, and what to do where something can be done.
 *
 * <p>A call that has a deadline, and finds it passed, throws {@link
 * java.net.SocketTimeoutException}; that is no error of the connection, which can be used on. See
 * {@link io.weft.net.Deadline}.
 *
 * <table>
 * <caption>What a passed deadline does</caption>
 * <tr><th>call<th>deadline<th>what happens
 * <tr><td>read, readFully, awaitReadable, readLate, streams<td>{@code setReadDeadline}
 *     <td>{@link java.net.SocketTimeoutException}, even if bytes are there; none is lost
 * <tr><td>write, streams<td>{@code setWriteDeadline}
 *     <td>{@link java.net.SocketTimeoutException}; {@code bytesTransferred} and the message say how
 *     many bytes were sent
 * <tr><td>accept<td>{@code setDeadline} of the listener
 *     <td>{@link java.net.SocketTimeoutException}, even if a connection waits; it goes on waiting
 * <tr><td>connect<td>{@code withTimeout}, {@code withDeadline} of the options
 *     <td>{@link java.net.SocketTimeoutException}; no descriptor is left
 * <tr><td>close, shutdown, options, addresses<td>–<td>nothing
 * </table>
 *
 * <table>
 * <caption>Every errno of the socket calls; what is in no other row is in the last one</caption>
 * <tr><th>errno<th>call<th>what happens
 * <tr><td>EAGAIN<td>recv, send, accept<td>waits for readiness
 * <tr><td>EINTR<td>recv, send, accept, connect, poll<td>tried again
 * <tr><td>EINPROGRESS, EALREADY<td>connect<td>waits for the outcome
 * <tr><td>ECONNABORTED, ENETDOWN, EPROTO, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH,
 *     EOPNOTSUPP, ENETUNREACH<td>accept<td>that connection is gone; the next one is taken
 * <tr><td>EMFILE, ENFILE, ENOBUFS, ENOMEM<td>accept<td>one warning, back-off, tried again
 * <tr><td>EMFILE, ENFILE, ENOBUFS, ENOMEM<td>others<td>{@link java.net.SocketException}
 * <tr><td>EADDRNOTAVAIL<td>connect<td>tried again twice, then {@link java.net.BindException}
 * <tr><td>EADDRINUSE, EADDRNOTAVAIL, EACCES<td>bind, listen, connect
 *     <td>{@link java.net.BindException}
 * <tr><td>EADDRNOTAVAIL, EAFNOSUPPORT, EPROTONOSUPPORT<td>bind of the wildcard over IPv6
 *     <td>IPv4 is used
 * <tr><td>ECONNREFUSED, ETIMEDOUT (the kernel's own patience), ECONNRESET, ECONNABORTED<td>connect
 *     <td>{@link java.net.ConnectException}
 * <tr><td>EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN, ENONET<td>connect, recv, send
 *     <td>{@link java.net.NoRouteToHostException}
 * <tr><td>EPROTO<td>all but accept<td>{@link java.net.ProtocolException}
 * <tr><td>ECONNRESET, EPIPE, ETIMEDOUT<td>recv, send<td>{@link java.net.SocketException}
 * <tr><td>ENOTCONN<td>shutdown<td>nothing: the peer has reset the connection
 * <tr><td>ENOSPC, ENOMEM, EPERM<td>epoll_ctl, at the first wait<td>{@link java.io.IOException}
 * <tr><td>EBADF, ENOTSOCK, EFAULT<td>all<td>{@link java.lang.IllegalStateException}: a descriptor
 *     is used after its end, a defect of Weft
 * <tr><td>any other<td>all<td>{@link java.net.SocketException}
 * </table>
 */
@NullMarked
package io.weft.net;

import org.jspecify.annotations.NullMarked;
