package io.weft.netpoll;

import static io.weft.verify.lincheck.Interleavings.breaks;
import static io.weft.verify.lincheck.Interleavings.holds;
import static io.weft.verify.lincheck.Interleavings.shared;
import static io.weft.verify.lincheck.Interleavings.together;

import io.weft.netpoll.BrokenSleep.Mistake;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The M goes to sleep while entries are queued, by a goroutine that believes to run on its P, and
 * by a foreign thread: every entry is handed over, by the one who queued it or by the M. One that
 * is left lying ends nobody's sleep, so the scenario would never end.
 */
@Timeout(240)
class SleepInterleavingsTest {

    private static final RingSettings SMALL = new RingSettings(16, 16, 4, 2, 16, 2, 16);
    private static final int ENTRIES = 2;

    /** What the scenario asks of a poller: the real one, or a twin with a mistake. */
    interface Sleeper {

        boolean areAllTaken();

        /** One round of the M, which sleeps if there is nothing to do. */
        void block();

        /** Queues an entry, and hands it over if nobody else will. */
        void queue(boolean isForeign);
    }

    /** The real poller on a kernel that only counts. */
    private static final class Real implements Sleeper {

        private final TinyKernel kernel = shared(new TinyKernel());
        private final TinyRings rings = shared(new TinyRings(kernel, ENTRIES));
        private final AtomicReference<@Nullable Thread> foreign = new AtomicReference<>();
        private final UringPoller poller;
        private final DirectDesc ours;
        private final DirectDesc theirs;

        Real() {
            PollerFactory factory =
                    new PollerFactory(kernel.sys(), new RingFactory(rings, kernel.sys(), SMALL), 1);
            Netpoll netpoll = shared(new Netpoll(factory, 1, () -> processor(), () -> clock()));
            poller = shared((UringPoller) netpoll.poller(0));
            ours = shared(adopted());
            theirs = shared(adopted());
        }

        private DirectDesc adopted() {
            DirectDesc desc = poller.adopt(TinyKernel.TESTED_FD);
            if (desc == null) {
                throw new IllegalStateException("the table is empty");
            }
            return desc;
        }

        @SuppressWarnings("ReferenceEquality") // a thread is its identity
        private int processor() {
            return Thread.currentThread() == foreign.get() ? -1 : 0;
        }

        private static AlarmClock clock() {
            throw new IllegalStateException("there are no deadlines here");
        }

        @Override
        public boolean areAllTaken() {
            return rings.areAllTaken();
        }

        @Override
        public void block() {
            poller.block(-1);
        }

        @Override
        public void queue(boolean isForeign) {
            if (isForeign) {
                foreign.set(Thread.currentThread());
            }
            poller.receive(isForeign ? theirs : ours);
        }
    }

    @Test
    void noEntryIsLeftLying() {
        holds(() -> queuersAgainstSleeper(new Real()));
    }

    @Test
    void aSleeperThatDoesNotLookIsFound() {
        breaks(() -> queuersAgainstSleeper(new BrokenSleep(Mistake.NO_LOOK, ENTRIES)));
    }

    @Test
    void aSleepThatIsMarkedAfterTheLookIsFound() {
        breaks(() -> queuersAgainstSleeper(new BrokenSleep(Mistake.MARK_LATER, ENTRIES)));
    }

    @Test
    void whoReliesOnASleeperIsFound() {
        breaks(() -> queuersAgainstSleeper(new BrokenSleep(Mistake.SLEEPER_IGNORED, ENTRIES)));
    }

    private static void queuersAgainstSleeper(Sleeper sleeper) {
        Sleeper poller = shared(sleeper);
        together(
                () -> {
                    while (!poller.areAllTaken()) {
                        poller.block();
                    }
                },
                () -> poller.queue(false),
                () -> poller.queue(true));
    }
}
