package io.weft.sched;

import static io.weft.verify.lincheck.Interleavings.breaks;
import static io.weft.verify.lincheck.Interleavings.holds;
import static io.weft.verify.lincheck.Interleavings.shared;

import io.weft.sched.ParkingTwin.Mistake;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Parking and waking: no task lies beside a sleeping P, on the real scheduler and on its model. */
@Timeout(240)
class ParkingInterleavingsTest {

    @Test
    void theProtocolLosesNoWakeUp() {
        holds(() -> shared(new ParkingTwin(Mistake.NONE)).run());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aProtocolWithAMistakeIsFound(Mistake mistake) {
        breaks(() -> shared(new ParkingTwin(mistake)).run());
    }

    @Test
    void theSchedulerRunsWhatIsSubmittedFromOutside() {
        holds(() -> new SmallScheduler(() -> new ParkingPoller()).twoTasksFromOutsideMeet());
    }

    @Test
    void theSchedulerWakesAnotherForWhatAGoroutineSubmits() {
        holds(() -> new SmallScheduler(() -> new ParkingPoller()).aTaskMeetsOneThatItSubmits());
    }

    @Test
    void aPollerThatForgetsWakeUpsIsFound() {
        breaks(
                () ->
                        new SmallScheduler(() -> new ParkingPoller.Forgetful())
                                .twoTasksFromOutsideMeet());
    }
}
