package io.weft.sync;

import static io.weft.verify.lincheck.Interleavings.breaks;
import static io.weft.verify.lincheck.Interleavings.check;
import static io.weft.verify.lincheck.Interleavings.holds;
import static io.weft.verify.lincheck.Interleavings.shared;
import static io.weft.verify.lincheck.Interleavings.together;

import io.weft.sync.BrokenSemaphore.Mistake;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Semaphores: no permit is lost, and nobody waits for ever beside enough of them. */
@Timeout(240)
class SemaphoreInterleavingsTest {

    private static final int CAPACITY = 2;

    /** Over, whatever Lincheck takes for the time. */
    private static final long PAST = -(1L << 62);

    /** What the scenarios ask of a semaphore: the real one, or a twin with a mistake. */
    interface Permits {

        boolean acquireUntil(long permits, long deadlineNanos);

        void release(long permits);
    }

    private record Real(Semaphore semaphore) implements Permits {

        @Override
        public boolean acquireUntil(long permits, long deadlineNanos) {
            try {
                return semaphore.acquireUntil(permits, deadlineNanos);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void release(long permits) {
            semaphore.release(permits);
        }
    }

    /** Lincheck is to follow permits, not the search for services. */
    @BeforeAll
    static void load() {
        check(Hosts.nanoTime() >= 0, "a moment is never negative");
    }

    @Test
    void noPermitIsLost() {
        holds(() -> threeTakeAndGive(new Real(new Semaphore(CAPACITY))));
    }

    @Test
    void whoGivesUpStandsInNobodysWay() {
        holds(() -> oneGivesUpBeforeAnother(new Real(new Semaphore(CAPACITY))));
    }

    @Test
    void whoGivesUpSilentlyIsFound() {
        breaks(
                () ->
                        oneGivesUpBeforeAnother(
                                new BrokenSemaphore(Mistake.GIVES_UP_SILENTLY, CAPACITY)));
    }

    @Test
    void whoServesOneOfTwoIsFound() {
        breaks(() -> threeTakeAndGive(new BrokenSemaphore(Mistake.SERVES_ONE, CAPACITY)));
    }

    @Test
    void whoCountsWithoutTheLockIsFound() {
        breaks(
                () ->
                        threeTakeAndGive(
                                new BrokenSemaphore(Mistake.COUNTS_WITHOUT_THE_LOCK, CAPACITY)));
    }

    /** All permits are given back at once to two who wait for one each. */
    private static void threeTakeAndGive(Permits unshared) {
        Permits permits = shared(unshared);
        check(take(permits, CAPACITY), "they are all there");
        together(
                () -> permits.release(CAPACITY),
                () -> check(take(permits, 1), "it gives up"),
                () -> {
                    check(take(permits, 1), "it gives up");
                    permits.release(1);
                });
        permits.release(1);
        checkAllThere(permits);
    }

    /** The one at the head waits for two, of which there is one. */
    private static void oneGivesUpBeforeAnother(Permits unshared) {
        Permits permits = shared(unshared);
        check(take(permits, 1), "they are all there");
        together(
                () -> check(!permits.acquireUntil(CAPACITY, PAST), "there is one"),
                () -> check(take(permits, 1), "it gives up"));
        permits.release(CAPACITY);
        checkAllThere(permits);
    }

    private static void checkAllThere(Permits permits) {
        check(permits.acquireUntil(CAPACITY, PAST), "a permit is lost");
        check(!permits.acquireUntil(1, PAST), "a permit is invented");
    }

    private static boolean take(Permits permits, int count) {
        return permits.acquireUntil(count, Parked.NO_DEADLINE);
    }
}
