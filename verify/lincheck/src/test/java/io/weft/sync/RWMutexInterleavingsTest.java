package io.weft.sync;

import static io.weft.verify.lincheck.Interleavings.breaks;
import static io.weft.verify.lincheck.Interleavings.check;
import static io.weft.verify.lincheck.Interleavings.holds;
import static io.weft.verify.lincheck.Interleavings.shared;
import static io.weft.verify.lincheck.Interleavings.together;

import io.weft.sync.BrokenRWMutex.Mistake;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Locks for readers and writers: who excludes whom, and that nobody waits for ever. */
@Timeout(240)
class RWMutexInterleavingsTest {

    /** More than there are readers. */
    private static final int ALONE = 100;

    /** Over, whatever Lincheck takes for the time. */
    private static final long PAST = -(1L << 62);

    /** What the scenarios ask of a lock with one writer: the real one, or a twin with a mistake. */
    interface Lock {

        void readLock();

        void readUnlock();

        /** Waits for the readers, and gives up when the moment is over. */
        boolean lockUntil(long deadlineNanos);

        void unlock();
    }

    private record Real(RWMutex mutex) implements Lock {

        @Override
        public void readLock() {
            mutex.readLock();
        }

        @Override
        public void readUnlock() {
            mutex.readUnlock();
        }

        @Override
        public boolean lockUntil(long deadlineNanos) {
            try {
                return mutex.tryLockUntil(deadlineNanos);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void unlock() {
            mutex.unlock();
        }
    }

    /** Lincheck is to follow locks, not the search for services. */
    @BeforeAll
    static void load() {
        check(Hosts.nanoTime() >= 0, "a moment is never negative");
        Turns.yieldIfSliceIsOver();
    }

    @Test
    void readersAndTheWriterExcludeEachOther() {
        holds(() -> writerAgainstReaders(new Real(new RWMutex())));
    }

    @Test
    void aWriterThatGivesUpLetsReadersIn() {
        holds(() -> writerGivesUp(new Real(new RWMutex())));
    }

    @Test
    void aWriterThatDoesNotLookAgainIsFound() {
        breaks(() -> writerAgainstReaders(new BrokenRWMutex(Mistake.WRITER_DOES_NOT_LOOK)));
    }

    @Test
    void aReaderThatDoesNotLookAgainIsFound() {
        breaks(() -> writerAgainstReaders(new BrokenRWMutex(Mistake.READER_DOES_NOT_LOOK)));
    }

    @Test
    void aWriterThatGivesUpSilentlyIsFound() {
        breaks(() -> writerGivesUp(new BrokenRWMutex(Mistake.GIVES_UP_SILENTLY)));
    }

    private static void writerAgainstReaders(Lock unshared) {
        Lock lock = shared(unshared);
        AtomicInteger inside = shared(new AtomicInteger());
        together(() -> write(lock, inside), () -> read(lock, inside), () -> read(lock, inside));
        check(lock.lockUntil(PAST), "it stays locked");
    }

    private static void write(Lock lock, AtomicInteger inside) {
        check(lock.lockUntil(Parked.NO_DEADLINE), "it gives up");
        check(inside.addAndGet(ALONE) == ALONE, "readers have it, too");
        inside.addAndGet(-ALONE);
        lock.unlock();
    }

    private static void read(Lock lock, AtomicInteger inside) {
        lock.readLock();
        check(inside.incrementAndGet() < ALONE, "the writer has it, too");
        inside.decrementAndGet();
        lock.readUnlock();
    }

    /** One reads all the time, a writer gives up, another one reads meanwhile or afterwards. */
    private static void writerGivesUp(Lock unshared) {
        Lock lock = shared(unshared);
        AtomicInteger inside = shared(new AtomicInteger());
        lock.readLock();
        together(
                () -> check(!lock.lockUntil(PAST), "a reader has it, too"),
                () -> read(lock, inside));
        lock.readUnlock();
        check(lock.lockUntil(PAST), "it stays locked");
    }
}
