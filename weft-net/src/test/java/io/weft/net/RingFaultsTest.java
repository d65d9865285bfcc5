package io.weft.net;

import static io.weft.linux.Errno.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.linux.CallStates;
import io.weft.linux.NativeUringSys;
import io.weft.linux.UringSys;
import io.weft.testkit.FaultPlan;
import io.weft.testkit.FaultScript;
import io.weft.testkit.FaultSweep;
import io.weft.testkit.FaultyUringSys;
import io.weft.testkit.RandomFaults;
import io.weft.testkit.SysCall;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults of the calls on rings, and of the requests that move bytes there. */
@Tag("io_uring")
class RingFaultsTest extends FaultTest {

    private static final UringSys RINGS = new NativeUringSys(CallStates.perThread());

    private static List<IOException> run(FaultyUringSys rings) throws Exception {
        return FaultSession.run(REAL, rings);
    }

    private static FaultyUringSys with(FaultPlan plan) {
        return new FaultyUringSys(RINGS, plan);
    }

    static Stream<Arguments> invisibleFaults() {
        return Stream.of(
                        on(SysCall.RING_RECV, ECANCELED, ENOBUFS, EINTR, EAGAIN),
                        on(SysCall.RING_SEND, EAGAIN, EINTR, ENOMEM, ENOBUFS),
                        on(SysCall.RING_ENTER, EINTR, EAGAIN, EBUSY),
                        on(SysCall.RING_ADOPT, ENOMEM, EMFILE))
                .flatMap(s -> s);
    }

    @ParameterizedTest
    @MethodSource("invisibleFaults")
    void whatCanBeMendedIsNotSeen(SysCall call, int errno) {
        int spoiled =
                FaultSweep.everyOccurrence(
                        RINGS,
                        call,
                        errno,
                        MAX_RUNS,
                        (FaultyUringSys rings) -> assertThat(run(rings)).isEmpty());
        assertThat(spoiled).isPositive();
    }

    static Stream<Arguments> visibleFaults() {
        return Stream.of(
                        on(SysCall.RING_SETUP, EMFILE, ENFILE, ENOMEM, EPERM, ENOSYS, EINVAL),
                        on(SysCall.RING_MAP, ENOMEM, EAGAIN),
                        on(SysCall.RING_TABLE, EMFILE, ENOMEM),
                        on(SysCall.RING_BUFFERS, ENOMEM),
                        on(SysCall.RING_DESCRIPTOR, EMFILE, ENFILE),
                        on(SysCall.RING_RECV, ECONNRESET, ETIMEDOUT, EHOSTUNREACH, ENOMEM),
                        on(SysCall.RING_SEND, ECONNRESET, ETIMEDOUT, EHOSTUNREACH))
                .flatMap(s -> s);
    }

    @ParameterizedTest
    @MethodSource("visibleFaults")
    void whatCannotBeMendedIsADocumentedException(SysCall call, int errno) {
        int spoiled =
                FaultSweep.everyOccurrence(
                        RINGS,
                        call,
                        errno,
                        MAX_RUNS,
                        (FaultyUringSys rings) ->
                                assertDocumented(run(rings), rings.spoiledCalls(), errno));
        assertThat(spoiled).isPositive();
    }

    /** In place of bytes: the stream is cut, which {@code readFully} tells. */
    @Test
    void anEndThatComesTooEarlyIsSeen() throws Exception {
        FaultyUringSys whole = with(FaultPlan.none());
        assertThat(run(whole)).isEmpty();
        int seen = 0;
        for (long i = 1; i <= whole.count(SysCall.RING_RECV); i++) {
            List<IOException> failures = run(with(new FaultScript().end(SysCall.RING_RECV, i)));
            assertThat(failures).allSatisfy(FaultTest::assertDocumented);
            seen += failures.isEmpty() ? 0 : 1; // where the end was due, nothing has failed
        }
        assertThat(seen).isPositive();
    }

    /** Refused for longer than any loop of tries: what is pending goes out afterwards. */
    @ParameterizedTest
    @MethodSource("refusals")
    void entersThatAreRefusedForAWhileLoseNothing(int errno) throws Exception {
        for (long first : new long[] {1, 5, 9, 20}) {
            FaultyUringSys rings =
                    with(
                            new FaultScript()
                                    .failRange(SysCall.RING_ENTER, first, first + 2_000, errno));
            assertThat(run(rings)).isEmpty();
            assertThat(rings.spoiledCalls()).isPositive();
        }
    }

    static Stream<Integer> refusals() {
        return Stream.of(EINTR, EAGAIN, EBUSY);
    }

    @ParameterizedTest
    @EnumSource(names = {"RING_RECV", "RING_SEND"})
    void transfersOfSingleBytesAddUp(SysCall call) throws Exception {
        FaultyUringSys rings = with(new FaultScript().shortenAll(call, 1));
        assertThat(run(rings)).isEmpty();
        assertThat(rings.spoiledCalls()).isPositive();
    }

    /** What waits for room is refused as well, as when the thread that asked has ended. */
    @Test
    void aWaitForRoomThatIsCancelledIsRepeated() throws Exception {
        FaultyUringSys rings =
                with(
                        new FaultScript()
                                .shortenAll(SysCall.RING_SEND, 700)
                                .failRange(SysCall.RING_POLL, 1, 5, ECANCELED));
        assertThat(run(rings)).isEmpty();
        assertThat(rings.count(SysCall.RING_POLL)).isGreaterThan(5);
    }

    static LongStream seeds() {
        return LongStream.concat(
                LongStream.rangeClosed(1, 10), new Random().longs(10).map(Math::abs));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aStormOfFaultsThatCanBeMendedIsNotSeen(long seed) throws Exception {
        RandomFaults storm =
                new RandomFaults(seed)
                        .fail(SysCall.RING_RECV, 0.1, ECANCELED)
                        .fail(SysCall.RING_RECV, 0.1, ENOBUFS)
                        .shorten(SysCall.RING_RECV, 0.5, 100)
                        .fail(SysCall.RING_SEND, 0.2, EAGAIN)
                        .fail(SysCall.RING_SEND, 0.1, ENOMEM)
                        .shorten(SysCall.RING_SEND, 0.5, 100)
                        .fail(SysCall.RING_POLL, 0.2, ECANCELED)
                        .fail(SysCall.RING_ENTER, 0.1, EAGAIN)
                        .fail(SysCall.RING_ENTER, 0.1, EBUSY)
                        .fail(SysCall.RING_ENTER, 0.1, EINTR)
                        .shorten(SysCall.RING_ENTER, 0.3, 1)
                        .fail(SysCall.RING_ADOPT, 0.2, ENOMEM);
        FaultyUringSys rings = with(storm);
        assertThat(run(rings)).as("%s", storm).isEmpty();
        assertThat(rings.spoiledCalls()).isPositive();
    }
}
