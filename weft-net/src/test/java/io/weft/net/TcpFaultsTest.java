package io.weft.net;

import static io.weft.linux.Errno.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.linux.CallStates;
import io.weft.linux.NativeSys;
import io.weft.linux.Sys;
import io.weft.testkit.FaultScript;
import io.weft.testkit.FaultSweep;
import io.weft.testkit.FaultySys;
import io.weft.testkit.FdWatcher;
import io.weft.testkit.HangDumper;
import io.weft.testkit.LogRecorder;
import io.weft.testkit.RandomFaults;
import io.weft.testkit.SysCall;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each system call of a session fails once, at every place where it is made: nothing hangs, no
 * descriptor is left, no wrong byte is read, and what fails says so with a documented exception.
 */
class TcpFaultsTest {

    /** More than the session makes of any call. */
    private static final int MAX_RUNS = 200;

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Sys REAL = new NativeSys(CallStates.perThread());

    @RegisterExtension
    final HangDumper hangDumper =
            new HangDumper(LIMIT, () -> "", body -> Thread.ofPlatform().daemon().start(body));

    private final FdWatcher descriptors = FdWatcher.start();
    private final LogRecorder log = new LogRecorder("io.weft.net");

    @AfterEach
    void nothingIsLeft() {
        log.close();
        descriptors.assertNothingLeaked(PATIENCE);
    }

    static Stream<Arguments> invisibleFaults() {
        return Stream.of(
                        on(SysCall.RECV, EINTR, EAGAIN),
                        on(SysCall.SEND, EINTR, EAGAIN),
                        on(SysCall.SEND_GATHER, EINTR, EAGAIN),
                        on(SysCall.CONNECT, EINTR, EINPROGRESS),
                        on(SysCall.ACCEPT, EINTR, EAGAIN, ECONNABORTED, ENETDOWN, EPROTO),
                        on(SysCall.ACCEPT, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH),
                        on(SysCall.ACCEPT, EOPNOTSUPP, ENETUNREACH),
                        on(SysCall.ACCEPT, EMFILE, ENFILE, ENOBUFS, ENOMEM),
                        on(SysCall.POLL, EINTR),
                        on(SysCall.EPOLL_WAIT, EINTR),
                        on(SysCall.CLOSE, EINTR, EIO))
                .flatMap(s -> s);
    }

    @ParameterizedTest
    @MethodSource("invisibleFaults")
    void whatCanBeMendedIsNotSeen(SysCall call, int errno) {
        int spoiled =
                FaultSweep.everyOccurrence(
                        REAL,
                        call,
                        errno,
                        MAX_RUNS,
                        sys -> assertThat(FaultSession.run(sys)).isEmpty());
        assertThat(spoiled).isPositive();
    }

    static Stream<Arguments> visibleFaults() {
        return Stream.of(
                        on(SysCall.SOCKET, EMFILE, ENFILE, ENOBUFS, ENOMEM, EACCES, EPERM),
                        on(SysCall.BIND, EADDRINUSE, EADDRNOTAVAIL, EACCES, ENOMEM),
                        on(SysCall.LISTEN, EADDRINUSE),
                        on(SysCall.CONNECT, ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH),
                        on(SysCall.CONNECT, EACCES, EPERM, ENOBUFS, EAFNOSUPPORT),
                        on(SysCall.ACCEPT, EPERM, EINVAL),
                        on(SysCall.RECV, ECONNRESET, ETIMEDOUT, EHOSTUNREACH, ENOMEM, ENOBUFS),
                        on(SysCall.SEND, ECONNRESET, EPIPE, ETIMEDOUT, EHOSTUNREACH, ENOBUFS),
                        on(SysCall.SEND_GATHER, ECONNRESET, EPIPE, ENOMEM),
                        on(SysCall.SHUTDOWN, EIO),
                        on(SysCall.SET_OPTION, ENOPROTOOPT, ENOMEM),
                        on(SysCall.POLL, ENOMEM),
                        on(SysCall.EPOLL_CTL, ENOSPC, ENOMEM))
                .flatMap(s -> s);
    }

    @ParameterizedTest
    @MethodSource("visibleFaults")
    void whatCannotBeMendedIsADocumentedException(SysCall call, int errno) {
        int spoiled =
                FaultSweep.everyOccurrence(
                        REAL, call, errno, MAX_RUNS, sys -> assertDocumented(sys, errno));
        assertThat(spoiled).isPositive();
    }

    private static void assertDocumented(FaultySys sys, int errno) throws Exception {
        List<IOException> failures = FaultSession.run(sys);
        assertThat(failures).allSatisfy(TcpFaultsTest::assertDocumented);
        if (sys.spoiledCalls() == 0) {
            assertThat(failures).isEmpty();
        } else {
            assertThat(failures).anySatisfy(f -> assertThat(f).hasMessageContaining(nameOf(errno)));
        }
    }

    private static String nameOf(int errno) {
        return io.weft.linux.Errno.name(errno);
    }

    private static void assertDocumented(IOException failure) {
        boolean registration = failure.getClass() == IOException.class;
        if (registration) {
            assertThat(failure).hasMessageMatching("netpoll: cannot (watch|create).*");
        } else {
            assertThat(failure)
                    .isInstanceOfAny(
                            SocketException.class,
                            java.net.ProtocolException.class,
                            EOFException.class,
                            ClosedChannelException.class);
        }
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
                                        .allSatisfy(TcpFaultsTest::assertDocumented));
        assertThat(spoiled).isPositive();
    }

    @ParameterizedTest
    @EnumSource(names = {"RECV", "SEND", "SEND_GATHER"})
    void transfersOfSingleBytesAddUp(SysCall call) throws Exception {
        FaultySys sys = new FaultySys(REAL, new FaultScript().shortenAll(call, 1));
        assertThat(FaultSession.run(sys)).isEmpty();
        assertThat(sys.spoiledCalls()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aStormOfFaultsThatCanBeMendedIsNotSeen(long seed) throws Exception {
        RandomFaults storm = new RandomFaults(seed);
        for (SysCall call : List.of(SysCall.RECV, SysCall.SEND, SysCall.SEND_GATHER)) {
            storm.fail(call, 0.3, EAGAIN).fail(call, 0.3, EINTR).shorten(call, 0.5, 100);
        }
        storm.fail(SysCall.ACCEPT, 0.3, ECONNABORTED).fail(SysCall.EPOLL_WAIT, 0.3, EINTR);
        FaultySys sys = new FaultySys(REAL, storm);
        assertThat(FaultSession.run(sys)).as("%s", storm).isEmpty();
        assertThat(sys.spoiledCalls()).isPositive();
    }

    private static Stream<Arguments> on(SysCall call, int... errnos) {
        return Arrays.stream(errnos).mapToObj(errno -> Arguments.of(call, errno));
    }
}
