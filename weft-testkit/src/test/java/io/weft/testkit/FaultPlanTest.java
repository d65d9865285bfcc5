package io.weft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weft.linux.Errno;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultPlanTest {

    private static final int TRIALS = 10_000;

    @Test
    void scriptSpoilsTheNamedOccurrencesOnly() {
        FaultScript script =
                new FaultScript()
                        .fail(SysCall.RECV, 2, Errno.EINTR)
                        .failRange(SysCall.ACCEPT, 1, 3, Errno.EMFILE);
        assertThat(script.next(SysCall.RECV, 1)).isNull();
        assertThat(script.next(SysCall.RECV, 2)).isEqualTo(Fault.failing(Errno.EINTR));
        assertThat(script.next(SysCall.RECV, 3)).isNull();
        assertThat(script.next(SysCall.ACCEPT, 3)).isEqualTo(Fault.failing(Errno.EMFILE));
        assertThat(script.next(SysCall.ACCEPT, 4)).isNull();
        assertThat(script.next(SysCall.SEND, 2)).isNull();
    }

    @Test
    void earlierLineCounts() {
        FaultPlan plan =
                new FaultScript().fail(SysCall.SEND, 1, Errno.EPIPE).shortenAll(SysCall.SEND, 3);
        assertThat(plan.next(SysCall.SEND, 1)).isEqualTo(Fault.failing(Errno.EPIPE));
        assertThat(plan.next(SysCall.SEND, 2)).isEqualTo(Fault.shortened(3));
    }

    @Test
    void secondPlanFillsTheGapsOfTheFirst() {
        FaultPlan plan =
                new FaultScript()
                        .fail(SysCall.SEND, 1, Errno.EPIPE)
                        .or(new FaultScript().failRange(SysCall.SEND, 1, 2, Errno.EINTR))
                        .or(FaultPlan.none());
        assertThat(plan.next(SysCall.SEND, 1)).isEqualTo(Fault.failing(Errno.EPIPE));
        assertThat(plan.next(SysCall.SEND, 2)).isEqualTo(Fault.failing(Errno.EINTR));
        assertThat(plan.next(SysCall.SEND, 3)).isNull();
    }

    @Test
    void seedDecidesAlone() {
        assertThat(spoiled(new RandomFaults(42).fail(SysCall.RECV, 0.1, Errno.EINTR)))
                .isEqualTo(spoiled(new RandomFaults(42).fail(SysCall.RECV, 0.1, Errno.EINTR)))
                .isNotEqualTo(spoiled(new RandomFaults(43).fail(SysCall.RECV, 0.1, Errno.EINTR)));
    }

    @Test
    void probabilityIsKept() {
        int tenth = spoiled(new RandomFaults(1).fail(SysCall.RECV, 0.1, Errno.EINTR)).length;
        assertThat(tenth).isBetween(TRIALS / 10 - TRIALS / 100, TRIALS / 10 + TRIALS / 100);
        assertThat(spoiled(new RandomFaults(1).shorten(SysCall.RECV, 1.0, 5))).hasSize(TRIALS);
        assertThat(spoiled(new RandomFaults(1).fail(SysCall.RECV, 0.0, Errno.EINTR))).isEmpty();
    }

    @Test
    void impossibleFaultsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Fault.shortened(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Fault.failing(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FaultScript().shorten(SysCall.CLOSE, 1, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FaultScript().fail(SysCall.CLOSE, 0, Errno.EINTR));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RandomFaults(1).fail(SysCall.RECV, 1.5, Errno.EINTR));
    }

    private static long[] spoiled(FaultPlan plan) {
        return LongStream.rangeClosed(1, TRIALS)
                .filter(occurrence -> plan.next(SysCall.RECV, occurrence) != null)
                .toArray();
    }
}
