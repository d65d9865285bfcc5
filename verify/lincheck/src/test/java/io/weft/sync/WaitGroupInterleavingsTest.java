package io.weft.sync;

import static io.weft.verify.lincheck.Interleavings.breaks;
import static io.weft.verify.lincheck.Interleavings.check;
import static io.weft.verify.lincheck.Interleavings.holds;
import static io.weft.verify.lincheck.Interleavings.shared;
import static io.weft.verify.lincheck.Interleavings.together;

import io.weft.sync.BrokenWaitGroup.Mistake;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Wait groups: nobody goes before zero, nobody waits after it, and one zero is not another. */
@Timeout(240)
class WaitGroupInterleavingsTest {

    /** Over, whatever Lincheck takes for the time. */
    private static final long PAST = -(1L << 62);

    /** What the scenarios ask of a group: the real one, or a twin with a mistake. */
    interface Group {

        void add(int delta);

        boolean awaitUntil(long deadlineNanos);
    }

    private record Real(WaitGroup group) implements Group {

        @Override
        public void add(int delta) {
            group.add(delta);
        }

        @Override
        public boolean awaitUntil(long deadlineNanos) {
            try {
                return group.awaitUntil(deadlineNanos);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Lincheck is to follow counters, not the search for services. */
    @BeforeAll
    static void load() {
        check(Hosts.nanoTime() >= 0, "a moment is never negative");
    }

    @Test
    void allGoAtZero() {
        holds(() -> twoCountAndOneWaits(new Real(new WaitGroup())));
    }

    @Test
    void whoGivesUpMayUseItAgain() {
        holds(() -> oneGivesUpAndBeginsAgain(new Real(new WaitGroup())));
    }

    @Test
    void aWaiterThatDoesNotLookAgainIsFound() {
        breaks(() -> twoCountAndOneWaits(new BrokenWaitGroup(Mistake.QUEUES_WITHOUT_A_LOOK)));
    }

    @Test
    void aWakeUpForTheNextZeroIsFound() {
        breaks(() -> oneGivesUpAndBeginsAgain(new BrokenWaitGroup(Mistake.RELEASES_THE_NEXT)));
    }

    private static void twoCountAndOneWaits(Group unshared) {
        Group group = shared(unshared);
        AtomicInteger done = shared(new AtomicInteger());
        group.add(2);
        together(
                () -> count(group, done),
                () -> count(group, done),
                () -> {
                    check(group.awaitUntil(Parked.NO_DEADLINE), "it gives up");
                    check(done.get() == 2, "it goes too early");
                });
    }

    private static void count(Group group, AtomicInteger done) {
        done.incrementAndGet();
        group.add(-1);
    }

    /** The second count is never ended, so nobody may be told that it is. */
    private static void oneGivesUpAndBeginsAgain(Group unshared) {
        Group group = shared(unshared);
        group.add(1);
        together(
                () -> group.add(-1),
                () -> {
                    group.awaitUntil(PAST);
                    group.add(1);
                    check(!group.awaitUntil(PAST), "it goes too early");
                });
    }
}
