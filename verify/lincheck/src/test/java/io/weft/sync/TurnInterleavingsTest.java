package io.weft.sync;

import static io.weft.verify.lincheck.Interleavings.breaks;
import static io.weft.verify.lincheck.Interleavings.check;
import static io.weft.verify.lincheck.Interleavings.holds;
import static io.weft.verify.lincheck.Interleavings.shared;
import static io.weft.verify.lincheck.Interleavings.together;

import io.weft.sync.BrokenTurn.Mistake;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Turns: one at a time, and what was noted is seen to. */
@Timeout(240)
class TurnInterleavingsTest {

    /** What the scenarios ask of a turn: a real one, or a twin with a mistake. */
    interface Turns {

        boolean note();

        boolean giveBack();
    }

    private record Real(Turn turn) implements Turns {

        @Override
        public boolean note() {
            return turn.note();
        }

        @Override
        public boolean giveBack() {
            return turn.giveBack();
        }
    }

    @Test
    void oneAtATimeSeesToAllThatWasNoted() {
        holds(() -> threeThatNote(new Real(Turn.free())));
    }

    @Test
    void aTurnThatIsTakenInTwoStepsIsFound() {
        breaks(() -> threeThatNote(new BrokenTurn(Mistake.TAKEN_IN_TWO_STEPS)));
    }

    @Test
    void aTurnThatIsGivenBackBlindlyIsFound() {
        breaks(() -> threeThatNote(new BrokenTurn(Mistake.GIVEN_BACK_BLINDLY)));
    }

    @Test
    void aWriteAfterTheTurnWasGivenBackIsFound() {
        breaks(() -> threeThatNote(new BrokenTurn(Mistake.WRITTEN_AFTER_GIVING_BACK)));
    }

    private static void threeThatNote(Turns unshared) {
        Turns turns = shared(unshared);
        AtomicInteger asked = shared(new AtomicInteger());
        AtomicInteger given = shared(new AtomicInteger());
        AtomicInteger inside = shared(new AtomicInteger());
        Runnable asker =
                () -> {
                    asked.incrementAndGet();
                    if (turns.note()) {
                        do {
                            check(inside.getAndIncrement() == 0, "two have the turn");
                            given.addAndGet(asked.getAndSet(0));
                            inside.getAndDecrement();
                        } while (!turns.giveBack());
                    }
                };
        together(asker, asker, asker);
        check(given.get() == 3, "forgotten");
    }
}
