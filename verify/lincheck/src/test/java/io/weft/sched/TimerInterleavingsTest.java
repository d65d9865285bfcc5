package io.weft.sched;

import static io.weft.verify.lincheck.Interleavings.breaks;
import static io.weft.verify.lincheck.Interleavings.holds;

import io.weft.sched.TimerTwin.Mistake;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Timers: each arming ends once, and none is lost, whoever arms, stops and fires at once. What
 * takes more switches between threads than are tried here is for the model, {@code timer.pml}.
 */
@Timeout(240)
class TimerInterleavingsTest {

    private static final List<Consumer<TimerScenario>> SCENARIOS =
            List.of(
                    s -> s.movedLaterAsItIsDue(),
                    s -> s.stoppedAndArmedAgainAsItIsDue(),
                    s -> s.armedByTwo(),
                    s -> s.stoppedByTwo());

    @Test
    void eachArmingEndsOnce() {
        for (Consumer<TimerScenario> scenario : SCENARIOS) {
            holds(() -> scenario.accept(real(1)));
        }
    }

    @Test
    void eachArmingEndsOnceWithTwoHeaps() {
        holds(() -> real(2).armedByTwo());
    }

    @Test
    void theTwinWithoutAMistakeHolds() {
        holds(() -> twin(Mistake.NONE).stoppedAndArmedAgainAsItIsDue());
        holds(() -> twin(Mistake.NONE).armedByTwo());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aProtocolWithAMistakeIsFound(Mistake mistake) {
        breaks(
                () -> {
                    switch (mistake) {
                        case STOP_LOOKS_AND_STORES, FIRING_LOOKS_AND_STORES ->
                                twin(mistake).stoppedByTwo();
                        case INBOX_FORGOTTEN, NO_SECOND_TRY -> twin(mistake).armedByTwo();
                        case NO_SECOND_LOOK -> twin(mistake).stoppedAndArmedAgainAsItIsDue();
                        default -> twin(mistake).movedLaterAsItIsDue();
                    }
                });
    }

    private static TimerScenario real(int heaps) {
        return new TimerScenario(expire -> new TimerScenario.Real(heaps, expire));
    }

    private static TimerScenario twin(Mistake mistake) {
        return new TimerScenario(expire -> new TimerTwin(mistake, expire));
    }
}
