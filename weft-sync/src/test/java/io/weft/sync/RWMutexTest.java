package io.weft.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class RWMutexTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(5);

    private final RWMutex lock = new RWMutex();

    @Test
    void readersShareAndAWriterIsAlone() throws Exception {
        lock.readLock();
        lock.readLockInterruptibly();
        assertThat(lock.tryReadLock()).isTrue();
        assertThat(lock.tryReadLock(SHORT)).isTrue();
        assertThat(lock).hasToString("RWMutex[4 readers]");
        assertThat(lock.tryLock()).isFalse();
        assertThat(lock.tryLock(SHORT)).isFalse();
        assertThat(lock.hasQueued()).isFalse();
        for (int i = 0; i < 4; i++) {
            lock.readUnlock();
        }
        assertThat(lock.readers()).isZero();
        lock.lock();
        assertThat(lock).hasToString("RWMutex[locked]");
        assertThat(lock.tryReadLock()).isFalse();
        assertThat(lock.tryReadLock(Duration.ZERO)).isFalse();
        assertThat(lock.tryReadLock(SHORT)).isFalse();
        assertThat(lock.tryLock()).isFalse();
        assertThat(lock.tryLock(SHORT)).isFalse();
        lock.unlock();
        lock.lockInterruptibly();
        lock.unlock();
        assertThat(lock.tryLock()).isTrue();
        lock.unlock();
        assertThat(lock.tryLock(LONG)).isTrue();
        lock.unlock();
        assertThat(lock.isLocked()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void whoHasItForWritingDoesNotGetItAgain(Threads threads) throws Exception {
        assertThat(
                        threads.run(
                                        () -> {
                                            lock.lock();
                                            assertThat(lock.tryLock()).isFalse();
                                            assertThat(lock.tryReadLock()).isFalse();
                                            lock.unlock();
                                        })
                                .result())
                .isTrue();
        assertThat(lock.tryLock()).isTrue();
    }

    @Test
    void unlocksWithoutALockAreMistakesThatAreNamed() {
        assertThatThrownBy(lock::unlock)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("for writing");
        assertThatThrownBy(lock::readUnlock)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("for reading");
        lock.readLock();
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalStateException.class);
        lock.readUnlock();
        lock.lock();
        assertThatThrownBy(lock::readUnlock).isInstanceOf(IllegalStateException.class);
        lock.unlock();
        assertThat(lock.tryLock()).as("as usable as before").isTrue();
    }

    /** Go's TestParallelReaders: all of them have it at the same time. */
    @ParameterizedTest
    @EnumSource
    void readersRunAtTheSameTime(Threads threads) throws Exception {
        int readers = 4;
        WaitGroup inside = new WaitGroup();
        inside.add(readers);
        List<TestThread<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            all.add(
                    threads.run(
                            () -> {
                                lock.readLock();
                                inside.done();
                                inside.await();
                                lock.readUnlock();
                            }));
        }
        for (TestThread<Boolean> each : all) {
            assertThat(each.result()).isTrue();
        }
        assertThat(lock.tryLock()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aWriterThatWaitsKeepsNewReadersOut(Threads threads) throws Exception {
        lock.readLock();
        TestThread<Boolean> writer = threads.run(lock::lock).awaitParked();
        assertThat(lock.hasQueued()).isTrue();
        assertThat(lock.tryReadLock()).isFalse();
        TestThread<Boolean> reader = threads.run(lock::readLock).awaitParked();
        lock.readUnlock();
        assertThat(writer.result()).isTrue();
        assertThat(reader.awaitParked().isDone()).isFalse();
        lock.unlock();
        assertThat(reader.result()).isTrue();
        assertThat(lock).hasToString("RWMutex[1 readers]");
    }

    /** All of them, also those that came after the writer. */
    @ParameterizedTest
    @EnumSource
    void readersThatWaitComeBeforeTheNextWriter(Threads threads) throws Exception {
        lock.lock();
        TestThread<Boolean> writer = threads.run(lock::lock).awaitParked();
        List<TestThread<Boolean>> readers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            readers.add(threads.run(lock::readLock).awaitParked());
        }
        lock.unlock();
        for (TestThread<Boolean> each : readers) {
            assertThat(each.result()).isTrue();
        }
        assertThat(writer.awaitParked().isDone()).isFalse();
        assertThat(lock.readers()).isEqualTo(5);
        readers.forEach(each -> lock.readUnlock());
        assertThat(writer.result()).isTrue();
        assertThat(lock.isLocked()).isTrue();
    }

    /** A writer that gives up lets in the readers it has kept out. */
    @ParameterizedTest
    @EnumSource
    void aWriterThatGivesUpStandsInNobodysWay(Threads threads) throws Exception {
        lock.readLock();
        TestThread<Boolean> writer = threads.run(lock::lockInterruptibly).awaitParked();
        TestThread<Boolean> next = threads.startParked(() -> lock.tryLock(LONG));
        TestThread<Boolean> reader = threads.run(lock::readLock).awaitParked();
        writer.thread().interrupt();
        assertThatThrownBy(writer::result).hasCauseInstanceOf(InterruptedException.class);
        assertThat(reader.result()).isTrue();
        assertThat(lock.readers()).isEqualTo(2);
        next.thread().interrupt();
        assertThatThrownBy(next::result).hasCauseInstanceOf(InterruptedException.class);
        assertThat(lock.hasQueued()).isFalse();
        assertThat(lock.tryReadLock()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aReaderThatGivesUpIsNotAdmitted(Threads threads) throws Exception {
        lock.lock();
        TestThread<Boolean> reader = threads.run(lock::readLockInterruptibly).awaitParked();
        TestThread<Boolean> timed = threads.startParked(() -> lock.tryReadLock(LONG));
        reader.thread().interrupt();
        assertThatThrownBy(reader::result).hasCauseInstanceOf(InterruptedException.class);
        timed.thread().interrupt();
        assertThatThrownBy(timed::result).hasCauseInstanceOf(InterruptedException.class);
        assertThat(lock.hasQueued()).isFalse();
        lock.unlock();
        assertThat(lock).hasToString("RWMutex[0 readers]");
    }

    @ParameterizedTest
    @EnumSource
    void plainLocksAreNotInterruptedAndKeepTheInterrupt(Threads threads) throws Exception {
        lock.readLock();
        TestThread<Boolean> writer =
                threads.startParked(
                        () -> {
                            Thread.currentThread().interrupt();
                            lock.lock();
                            lock.unlock();
                            return Thread.interrupted();
                        });
        TestThread<Boolean> reader =
                threads.startParked(
                        () -> {
                            lock.readLock();
                            lock.readUnlock();
                            return Thread.interrupted();
                        });
        reader.thread().interrupt();
        assertThat(reader.awaitParked().isDone()).isFalse();
        lock.readUnlock();
        assertThat(writer.result()).isTrue();
        assertThat(reader.result()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void timeOutsAreNotEarly(Threads threads) throws Exception {
        lock.readLock();
        assertThat(elapsed(threads, () -> assertThat(lock.tryLock(SHORT)).isFalse()))
                .isGreaterThanOrEqualTo(SHORT.toNanos());
        lock.readUnlock();
        lock.lock();
        assertThat(elapsed(threads, () -> assertThat(lock.tryReadLock(SHORT)).isFalse()))
                .isGreaterThanOrEqualTo(SHORT.toNanos());
        assertThat(elapsed(threads, () -> assertThat(lock.tryLock(SHORT)).isFalse()))
                .isGreaterThanOrEqualTo(SHORT.toNanos());
        lock.unlock();
        assertThat(lock.tryLock()).isTrue();
    }

    private static long elapsed(Threads threads, Threads.Body body) throws Exception {
        return threads.start(
                        () -> {
                            long begin = System.nanoTime();
                            body.run();
                            return System.nanoTime() - begin;
                        })
                .result();
    }

    /** Go's HammerRWMutex, with waits that are given up among the others. */
    @ParameterizedTest
    @CsvSource({"PLATFORM, 1", "PLATFORM, 5", "VIRTUAL, 1", "VIRTUAL, 3", "VIRTUAL, 10"})
    void readersAndWritersExcludeEachOther(Threads threads, int readers) throws Exception {
        AtomicInteger activity = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        List<TestThread<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            all.add(threads.run(() -> read(1_000, activity)));
        }
        for (int i = 0; i < 2; i++) {
            all.add(threads.run(() -> write(1_000, activity)));
        }
        TestThread<Boolean> disturber =
                threads.run(
                        () -> {
                            while (!over.get()) {
                                all.forEach(each -> each.thread().interrupt());
                                LockSupport.parkNanos(100_000);
                            }
                        });
        for (TestThread<Boolean> each : all) {
            assertThat(each.result()).isTrue();
        }
        over.set(true);
        assertThat(disturber.result()).isTrue();
        assertThat(lock).hasToString("RWMutex[0 readers]");
        assertThat(lock.tryLock()).isTrue();
    }

    private void read(int times, AtomicInteger activity) {
        for (int i = 0; i < times; i++) {
            if (lockForReading(i % 4)) {
                assertThat(activity.incrementAndGet()).isBetween(1, 9_999);
                pauseNowAndThen(i);
                activity.decrementAndGet();
                lock.readUnlock();
            }
        }
    }

    private void write(int times, AtomicInteger activity) {
        for (int i = 0; i < times; i++) {
            if (lockForWriting(i % 4)) {
                assertThat(activity.addAndGet(10_000)).isEqualTo(10_000);
                pauseNowAndThen(i);
                activity.addAndGet(-10_000);
                lock.unlock();
            }
        }
    }

    private static void pauseNowAndThen(int i) {
        if (i % 50 == 0) {
            LockSupport.parkNanos(10_000);
        }
    }

    private boolean lockForReading(int way) {
        try {
            switch (way) {
                case 0 -> lock.readLock();
                case 1 -> lock.readLockInterruptibly();
                case 2 -> {
                    return lock.tryReadLock();
                }
                default -> {
                    return lock.tryReadLock(Duration.ofNanos(20_000));
                }
            }
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private boolean lockForWriting(int way) {
        try {
            switch (way) {
                case 0 -> lock.lock();
                case 1 -> lock.lockInterruptibly();
                case 2 -> {
                    return lock.tryLock();
                }
                default -> {
                    return lock.tryLock(Duration.ofNanos(20_000));
                }
            }
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
