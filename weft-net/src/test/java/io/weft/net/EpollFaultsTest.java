package io.weft.net;

import static io.weft.linux.Errno.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.testkit.FaultScript;
import io.weft.testkit.FaultySys;
import io.weft.testkit.RandomFaults;
import io.weft.testkit.SysCall;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults of the calls that move bytes where epoll serves. */
@Tag("epoll")
class EpollFaultsTest extends FaultTest {

    static Stream<Arguments> invisibleFaults() {
        return Stream.of(
                        on(SysCall.RECV, EINTR, EAGAIN),
                        on(SysCall.SEND, EINTR, EAGAIN),
                        on(SysCall.SEND_GATHER, EINTR, EAGAIN),
                        on(SysCall.POLL, EINTR))
                .flatMap(s -> s);
    }

    @ParameterizedTest
    @MethodSource("invisibleFaults")
    void whatCanBeMendedIsNotSeen(SysCall call, int errno) {
        assertMended(call, errno);
    }

    static Stream<Arguments> visibleFaults() {
        return Stream.of(
                        on(SysCall.RECV, ECONNRESET, ETIMEDOUT, EHOSTUNREACH, ENOMEM, ENOBUFS),
                        on(SysCall.SEND, ECONNRESET, EPIPE, ETIMEDOUT, EHOSTUNREACH, ENOBUFS),
                        on(SysCall.SEND_GATHER, ECONNRESET, EPIPE, ENOMEM),
                        on(SysCall.POLL, ENOMEM))
                .flatMap(s -> s);
    }

    @ParameterizedTest
    @MethodSource("visibleFaults")
    void whatCannotBeMendedIsADocumentedException(SysCall call, int errno) {
        assertTold(call, errno);
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
}
