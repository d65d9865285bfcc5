package io.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.linux.CallStates;
import io.weft.linux.Errno;
import io.weft.linux.NativeSys;
import io.weft.linux.Sys;
import io.weft.testkit.FaultSweep;
import io.weft.testkit.FaultySys;
import io.weft.testkit.FdWatcher;
import io.weft.testkit.HangDumper;
import io.weft.testkit.LogRecorder;
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
import org.junit.jupiter.params.provider.Arguments;

/** What tests of faults share: bounds, what must not be left, and which exceptions there are. */
abstract class FaultTest {

    /** More than the session makes of any call. */
    static final int MAX_RUNS = 200;

    static final Sys REAL = new NativeSys(CallStates.perThread());

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @RegisterExtension
    final HangDumper hangDumper =
            new HangDumper(LIMIT, () -> "", body -> Thread.ofPlatform().daemon().start(body));

    private final FdWatcher descriptors = FdWatcher.start();
    private final LogRecorder log = new LogRecorder("io.weft.net");

    @AfterEach
    final void nothingIsLeft() {
        log.close();
        descriptors.assertNothingLeaked(PATIENCE);
    }

    /** Fails each occurrence of the call once, and none of it is to be seen. */
    static void assertMended(SysCall call, int errno) {
        int spoiled =
                FaultSweep.everyOccurrence(
                        REAL,
                        call,
                        errno,
                        MAX_RUNS,
                        sys -> assertThat(FaultSession.run(sys)).isEmpty());
        assertThat(spoiled).isPositive();
    }

    /** Fails each occurrence of the call once, and a documented exception names the errno. */
    static void assertTold(SysCall call, int errno) {
        int spoiled =
                FaultSweep.everyOccurrence(
                        REAL, call, errno, MAX_RUNS, sys -> assertDocumented(sys, errno));
        assertThat(spoiled).isPositive();
    }

    private static void assertDocumented(FaultySys sys, int errno) throws Exception {
        List<IOException> failures = FaultSession.run(sys);
        assertDocumented(failures, sys.spoiledCalls(), errno);
    }

    static void assertDocumented(List<IOException> failures, long spoiled, int errno) {
        assertThat(failures).allSatisfy(FaultTest::assertDocumented);
        if (spoiled == 0) {
            assertThat(failures).isEmpty();
        } else {
            assertThat(failures)
                    .anySatisfy(f -> assertThat(f).hasMessageContaining(Errno.name(errno)));
        }
    }

    static void assertDocumented(IOException failure) {
        boolean ofPoller = failure.getClass() == IOException.class;
        if (ofPoller) {
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

    static Stream<Arguments> on(SysCall call, int... errnos) {
        return Arrays.stream(errnos).mapToObj(errno -> Arguments.of(call, errno));
    }
}
