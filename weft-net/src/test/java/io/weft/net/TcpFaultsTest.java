package io.weft.net;

import static io.weft.linux.Errno.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.testkit.FaultSweep;
import io.weft.testkit.SysCall;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each system call of a session fails once, at every place where it is made: nothing hangs, no
 * descriptor is left, no wrong byte is read, and what fails says so with a documented exception.
 * The calls are those that either poller makes; see {@link EpollFaultsTest} and {@link
 * RingFaultsTest} for the others.
 */
class TcpFaultsTest extends FaultTest {

    static Stream<Arguments> invisibleFaults() {
        return Stream.of(
                        on(SysCall.CONNECT, EINTR, EINPROGRESS),
                        on(SysCall.ACCEPT, EINTR, EAGAIN, ECONNABORTED, ENETDOWN, EPROTO),
                        on(SysCall.ACCEPT, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH),
                        on(SysCall.ACCEPT, EOPNOTSUPP, ENETUNREACH),
                        on(SysCall.ACCEPT, EMFILE, ENFILE, ENOBUFS, ENOMEM),
                        on(SysCall.EPOLL_WAIT, EINTR),
                        on(SysCall.CLOSE, EINTR, EIO))
                .flatMap(s -> s);
    }

    @ParameterizedTest
    @MethodSource("invisibleFaults")
    void whatCanBeMendedIsNotSeen(SysCall call, int errno) {
        assertMended(call, errno);
    }

    static Stream<Arguments> visibleFaults() {
        return Stream.of(
                        on(SysCall.SOCKET, EMFILE, ENFILE, ENOBUFS, ENOMEM, EACCES, EPERM),
                        on(SysCall.BIND, EADDRINUSE, EADDRNOTAVAIL, EACCES, ENOMEM),
                        on(SysCall.LISTEN, EADDRINUSE),
                        on(SysCall.CONNECT, ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH),
                        on(SysCall.CONNECT, EACCES, EPERM, ENOBUFS, EAFNOSUPPORT),
                        on(SysCall.ACCEPT, EPERM, EINVAL),
                        on(SysCall.SHUTDOWN, EIO),
                        on(SysCall.SET_OPTION, ENOPROTOOPT, ENOMEM),
                        on(SysCall.EPOLL_CREATE, EMFILE, ENFILE, ENOMEM),
                        on(SysCall.EVENTFD, EMFILE, ENFILE, ENOMEM),
                        on(SysCall.EPOLL_CTL, ENOSPC, ENOMEM))
                .flatMap(s -> s);
    }

    @ParameterizedTest
    @MethodSource("visibleFaults")
    void whatCannotBeMendedIsADocumentedException(SysCall call, int errno) {
        assertTold(call, errno);
    }

    @ParameterizedTest
    @EnumSource(names = {"GET_OPTION", "LOCAL_ADDRESS", "REMOTE_ADDRESS"})
    void whatIsAskedInVainHurtsNobodyElse(SysCall call) {
        int spoiled =
                FaultSweep.everyOccurrence(
                        REAL,
                        call,
                        ENOBUFS,
                        MAX_RUNS,
                        sys ->
                                assertThat(FaultSession.run(sys))
                                        .allSatisfy(FaultTest::assertDocumented));
        assertThat(spoiled).isPositive();
    }
}
