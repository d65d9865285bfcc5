package io.weft.sync;

import static io.weft.verify.lincheck.Interleavings.breaks;
import static io.weft.verify.lincheck.Interleavings.check;
import static io.weft.verify.lincheck.Interleavings.holds;
import static io.weft.verify.lincheck.Interleavings.shared;
import static io.weft.verify.lincheck.Interleavings.together;

import io.weft.sync.BrokenMutex.Mistake;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Mutexes: one has it at a time, and nobody waits for ever, also when others give up. */
@Timeout(240)
class LockInterleavingsTest {

    /** Over, whatever Lincheck takes for the time. */
    private static final long PAST = -(1L << 62);

    /** What the scenarios ask of a mutex: the real one, or a twin with a mistake. */
    interface Lock {

        void lock();

        /** Queues, and gives up when the moment is over. */
        boolean lockUntil(long deadlineNanos);

        void unlock();

        boolean isLocked();
    }

    /** Whoever was woken in vain makes it fair, since time stands still under Lincheck. */
    private record Real(Mutex mutex) implements Lock {

        @Override
        public void lock() {
            check(lockUntil(Parked.NO_DEADLINE), "it gives up");
        }

        @Override
        public boolean lockUntil(long deadlineNanos) {
            try {
                return mutex.tryLockUntil(deadlineNanos, -1);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void unlock() {
            mutex.unlock();
        }

        @Override
        public boolean isLocked() {
            return mutex.isLocked();
        }
    }

    /** Lincheck is to follow locks, not the search for services. */
    @BeforeAll
    static void load() {
        check(Hosts.nanoTime() >= 0, "a moment is never negative");
        Turns.yieldIfSliceIsOver();
    }

    @Test
    void threeExcludeEachOther() {
        holds(() -> threeCount(new Real(new Mutex())));
    }

    @Test
    void whoIsOvertakenGetsIt() {
        holds(() -> oneOvertakesAnother(new Real(new Mutex())));
    }

    @Test
    void whoGivesUpLosesNoWakeUp() {
        holds(() -> oneGivesUpBeforeAnotherWaits(new Real(new Mutex())));
    }

    @Test
    void aWaiterThatDoesNotLookAgainIsFound() {
        breaks(() -> threeCount(new BrokenMutex(Mistake.QUEUES_WITHOUT_A_LOOK)));
    }

    @Test
    void aWaiterThatSleepsAsTheOneThatIsAwakeIsFound() {
        breaks(() -> oneOvertakesAnother(new BrokenMutex(Mistake.QUEUES_AWAKE)));
    }

    @Test
    void aMutexThatIsFreeWhenHandedOverIsFound() {
        breaks(() -> oneOvertakesAnother(new BrokenMutex(Mistake.FREE_WHEN_HANDED_OVER)));
    }

    @Test
    void aWakeUpThatIsTakenAlongIsFound() {
        breaks(() -> oneGivesUpBeforeAnotherWaits(new BrokenMutex(Mistake.GIVES_UP_AWAKE)));
    }

    private static void threeCount(Lock unshared) {
        Lock lock = shared(unshared);
        AtomicInteger inside = shared(new AtomicInteger());
        together(() -> count(lock, inside), () -> count(lock, inside), () -> count(lock, inside));
        check(lock.lockUntil(PAST), "it stays locked");
    }

    /** One unlocks it, and locks it before the one that was woken does: that one starves then. */
    private static void oneOvertakesAnother(Lock unshared) {
        Lock lock = shared(unshared);
        AtomicInteger inside = shared(new AtomicInteger());
        lock.lock();
        together(
                () -> {
                    lock.unlock();
                    count(lock, inside);
                    count(lock, inside);
                },
                () -> count(lock, inside));
        check(lock.lockUntil(PAST), "it stays locked");
    }

    /** Who gives up after it was woken in vain lets the next one be woken. */
    private static void oneGivesUpBeforeAnotherWaits(Lock unshared) {
        Lock lock = shared(unshared);
        AtomicInteger inside = shared(new AtomicInteger());
        lock.lock();
        together(
                () -> {
                    lock.unlock();
                    lock.lock();
                },
                () -> {
                    if (lock.lockUntil(PAST)) {
                        lock.unlock();
                    }
                });
        together(() -> lock.unlock(), () -> count(lock, inside));
        check(lock.lockUntil(PAST), "it stays locked");
    }

    private static void count(Lock lock, AtomicInteger inside) {
        lock.lock();
        check(inside.incrementAndGet() == 1, "two have it");
        check(lock.isLocked(), "one has it, and it is free");
        inside.decrementAndGet();
        lock.unlock();
    }
}
