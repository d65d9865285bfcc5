package io.weft.testkit;

import static io.weft.testkit.Loopback.REAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.linux.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FaultSweepTest {

    private static final int MAX_RUNS = 20;

    @Test
    void everyOccurrenceFailsOnce() {
        int[] runs = new int[1];
        int occurrences =
                FaultSweep.everyOccurrence(
                        REAL,
                        SysCall.EVENTFD,
                        Errno.EMFILE,
                        MAX_RUNS,
                        sys -> {
                            runs[0]++;
                            makeThreeEventfds(sys);
                        });
        assertThat(occurrences).isEqualTo(3);
        assertThat(runs[0]).isEqualTo(4);
    }

    @Test
    void failingSessionNamesTheOccurrence() {
        assertThatThrownBy(
                        () ->
                                FaultSweep.everyOccurrence(
                                        REAL,
                                        SysCall.EVENTFD,
                                        Errno.EMFILE,
                                        MAX_RUNS,
                                        FaultSweepTest::toleratesOnlyTheFirst))
                .isInstanceOf(AssertionError.class)
                .hasMessage("with EVENTFD 2 failing with EMFILE")
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void sessionWithoutAnEndIsStopped() {
        assertThatThrownBy(
                        () ->
                                FaultSweep.everyOccurrence(
                                        REAL,
                                        SysCall.EVENTFD,
                                        Errno.EMFILE,
                                        2,
                                        FaultSweepTest::makeThreeEventfds))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("after 2 runs");
    }

    private static void makeThreeEventfds(FaultySys sys) {
        for (int i = 0; i < 3; i++) {
            int fd = sys.eventfd();
            if (fd >= 0) {
                sys.close(fd);
            }
        }
    }

    private static void toleratesOnlyTheFirst(FaultySys sys) {
        int first = sys.eventfd();
        int second = sys.eventfd();
        sys.close(first);
        sys.close(second);
        if (second < 0) {
            throw new IllegalStateException("second failed");
        }
    }
}
