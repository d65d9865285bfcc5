package io.weft.sync;

import static io.weft.verify.lincheck.Interleavings.breaks;
import static io.weft.verify.lincheck.Interleavings.check;
import static io.weft.verify.lincheck.Interleavings.holds;
import static io.weft.verify.lincheck.Interleavings.shared;
import static io.weft.verify.lincheck.Interleavings.together;

import io.weft.sync.BrokenBaton.Mistake;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Batons: one at a time, and what was noted is seen to. */
@Timeout(240)
class BatonInterleavingsTest {

    /** What the scenarios ask of a baton: a real one, or a twin with a mistake. */
    interface Batons {

        boolean note();

        boolean giveBack();
    }

    private record Real(Baton baton) implements Batons {

        @Override
        public boolean note() {
            return baton.note();
        }

        @Override
        public boolean giveBack() {
            return baton.giveBack();
        }
    }

    @Test
    void oneAtATimeSeesToAllThatWasNoted() {
        holds(() -> threeThatNote(new Real(Baton.free())));
    }

    @Test
    void aTurnThatIsTakenInTwoStepsIsFound() {
        breaks(() -> threeThatNote(new BrokenBaton(Mistake.TAKEN_IN_TWO_STEPS)));
    }

    @Test
    void aTurnThatIsGivenBackBlindlyIsFound() {
        breaks(() -> threeThatNote(new BrokenBaton(Mistake.GIVEN_BACK_BLINDLY)));
    }

    @Test
    void aWriteAfterTheTurnWasGivenBackIsFound() {
        breaks(() -> threeThatNote(new BrokenBaton(Mistake.WRITTEN_AFTER_GIVING_BACK)));
    }

    private static void threeThatNote(Batons unshared) {
        Batons batons = shared(unshared);
        AtomicInteger asked = shared(new AtomicInteger());
        AtomicInteger given = shared(new AtomicInteger());
        AtomicInteger inside = shared(new AtomicInteger());
        Runnable asker =
                () -> {
                    asked.incrementAndGet();
                    if (batons.note()) {
                        do {
                            check(inside.getAndIncrement() == 0, "two have the baton");
                            given.addAndGet(asked.getAndSet(0));
                            inside.getAndDecrement();
                        } while (!batons.giveBack());
                    }
                };
        together(asker, asker, asker);
        check(given.get() == 3, "forgotten");
    }
}
