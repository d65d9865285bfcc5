package io.weft.sched;

import static io.weft.verify.lincheck.Interleavings.breaks;
import static io.weft.verify.lincheck.Interleavings.check;
import static io.weft.verify.lincheck.Interleavings.holds;
import static io.weft.verify.lincheck.Interleavings.shared;
import static io.weft.verify.lincheck.Interleavings.together;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The owner word of a P: it never has two owners, and a taker sees all that the last one did. */
@Timeout(120)
class OwnerWordInterleavingsTest {

    private static final int OWNER = 1;
    private static final int TAKER = 2;

    /** What the scenario asks of a word: the real one, or a twin with a mistake. */
    private interface Word {

        void publishRunning(int m);

        boolean reenter(int m);

        boolean retake(int m, int other);
    }

    /** The real word, acquired by the owner. */
    private static final class RealWord implements Word {

        private final OwnerWord word = new OwnerWord();

        RealWord() {
            check(word.acquireFree(OWNER), "a free P was refused");
        }

        @Override
        public void publishRunning(int m) {
            word.publishRunning(m);
        }

        @Override
        public boolean reenter(int m) {
            return word.reenter(m);
        }

        @Override
        public boolean retake(int m, int other) {
            return word.retake(m, other);
        }
    }

    /** The taker looks and stores, in two steps; positive is owned, negative is running. */
    private static final class BrokenWord implements Word {

        private final AtomicInteger word = new AtomicInteger(OWNER);

        @Override
        public void publishRunning(int m) {
            word.set(-m);
        }

        @Override
        public boolean reenter(int m) {
            return word.compareAndSet(-m, m);
        }

        @Override
        public boolean retake(int m, int other) {
            if (word.get() != -m) {
                return false;
            }
            word.set(other);
            return true;
        }
    }

    /** A P as far as ownership goes: the word, and something that only the owner may touch. */
    private static final class Guarded {

        final Word word;
        int plain;
        final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger touches = new AtomicInteger();

        Guarded(Word word) {
            this.word = word;
        }

        /** What an owner does in the scheduler. */
        void touch() {
            check(inside.getAndIncrement() == 0, "two owners at once");
            plain++;
            touches.getAndIncrement();
            inside.getAndDecrement();
        }
    }

    @Test
    void onlyOneOfOwnerAndTakerGetsTheProcessor() {
        holds(() -> ownerAgainstTaker(new RealWord()));
    }

    @Test
    void aTakerThatLooksAndStoresIsFound() {
        breaks(() -> ownerAgainstTaker(new BrokenWord()));
    }

    private static void ownerAgainstTaker(Word word) {
        Guarded p = shared(new Guarded(word));
        together(
                () -> {
                    for (int goroutines = 0; goroutines < 2; goroutines++) {
                        p.touch();
                        p.word.publishRunning(OWNER);
                        if (!p.word.reenter(OWNER)) {
                            return;
                        }
                    }
                    p.touch();
                },
                () -> {
                    if (p.word.retake(OWNER, TAKER)) {
                        p.touch();
                    }
                });
        check(p.plain == p.touches.get(), "what an owner did is lost");
    }

    @Test
    void aTaskMadeReadyWhileTheProcessorIsTakenIsFoundOnce() {
        holds(() -> readyAgainstTaker(false));
    }

    /** It writes into a ring that is another's by then. */
    @Test
    void aGoroutineThatPushesWithoutTheProcessorIsFound() {
        breaks(() -> readyAgainstTaker(true));
    }

    /**
     * A goroutine makes two tasks ready, as {@link Scheduler#ready} does, then ends; the monitor
     * takes the P for another M, which looks for tasks.
     */
    private static void readyAgainstTaker(boolean pushesAnyway) {
        Guarded p = shared(new Guarded(new RealWord()));
        AtomicInteger global = new AtomicInteger();
        p.word.publishRunning(OWNER);
        together(
                () -> {
                    boolean believes = true;
                    for (int task = 0; task < 2; task++) {
                        boolean holding = believes && p.word.reenter(OWNER);
                        if (holding || (believes && pushesAnyway)) {
                            p.touch();
                        } else {
                            global.getAndIncrement();
                        }
                        if (holding) {
                            p.word.publishRunning(OWNER);
                        }
                        believes = holding;
                    }
                    if (believes && p.word.reenter(OWNER)) {
                        check(p.plain == 2, "a task is lost to the M that kept the P");
                    }
                },
                () -> {
                    if (p.word.retake(OWNER, TAKER)) {
                        p.touch();
                        p.plain--; // its own touch is no task
                        p.touches.getAndDecrement();
                        check(p.plain == p.touches.get(), "the taker does not see every task");
                    }
                });
        check(p.plain + global.get() == 2, "a task is lost or there twice");
    }
}
