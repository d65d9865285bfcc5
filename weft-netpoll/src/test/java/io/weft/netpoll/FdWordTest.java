package io.weft.netpoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class FdWordTest {

    /** A word whose close(2) is counted, and fails if somebody is inside. */
    private static final class CountedWord extends FdWord {

        final AtomicInteger closes = new AtomicInteger();
        final AtomicInteger wakes = new AtomicInteger();
        final AtomicInteger inside = new AtomicInteger();

        @Override
        void closeDescriptor() {
            assertThat(inside.get()).as("operations during close(2)").isZero();
            closes.incrementAndGet();
        }

        @Override
        void wakeWaiters() {
            wakes.incrementAndGet();
        }
    }

    private final CountedWord word = new CountedWord();

    @Test
    void closesAtOnceWhenNobodyHoldsAReference() {
        assertThat(word.close()).isTrue();
        assertThat(word.closes).hasValue(1);
        assertThat(word.wakes).hasValue(1);
        assertThat(word.isClosed()).isTrue();
    }

    @Test
    void closesWhenTheLastReferenceIsGivenBack() {
        assertThat(word.acquire()).isTrue();
        assertThat(word.lockRead()).isTrue();
        assertThat(word.lockWrite()).isTrue();
        assertThat(word.close()).isTrue();
        word.unlockRead();
        word.release();
        assertThat(word.closes).hasValue(0);
        word.unlockWrite();
        assertThat(word.closes).hasValue(1);
    }

    @Test
    void onlyTheFirstCloserIsToldSo() {
        assertThat(word.close()).isTrue();
        assertThat(word.close()).isFalse();
        assertThat(word.closes).hasValue(1);
        assertThat(word.wakes).hasValue(1);
    }

    @Test
    void nothingCanBeTakenAfterClose() {
        word.close();
        assertThat(word.acquire()).isFalse();
        assertThat(word.lockRead()).isFalse();
        assertThat(word.lockWrite()).isFalse();
        assertThat(word.closes).hasValue(1);
    }

    @Test
    void readingDoesNotExcludeWriting() {
        assertThat(word.lockRead()).isTrue();
        assertThat(word.lockWrite()).isTrue();
        assertThat(FdWord.references(word.wordVolatile())).isEqualTo(2);
        word.unlockRead();
        word.unlockWrite();
        assertThat(word.wordVolatile()).isZero();
    }

    @Test
    void allocatesNothingToWaitOnUnlessSomebodyWaits() {
        word.lockRead();
        word.lockWrite();
        word.acquire();
        word.release();
        word.unlockWrite();
        word.unlockRead();
        assertThat(word.contentionVolatile()).isNull();
        word.close();
        assertThat(word.contentionVolatile()).isSameAs(Contention.OVER);
    }

    @ParameterizedTest
    @EnumSource
    void aQueuedLockerGetsTheLockWhenItIsGivenBack(TestThread.Kind kind) throws Exception {
        word.lockRead();
        TestThread<Boolean> queued = kind.start(word::lockRead).awaitParked();
        assertThat(FdWord.queued(word.wordVolatile(), Direction.READ)).isEqualTo(1);
        assertThat(queued.isDone()).isFalse();
        word.unlockRead();
        assertThat(queued.result()).isTrue();
        word.unlockRead();
        assertThat(word.wordVolatile()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void closeWakesEveryQueuedLocker(TestThread.Kind kind) throws Exception {
        word.lockRead();
        word.lockWrite();
        List<TestThread<Boolean>> queued = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            queued.add(kind.start(word::lockRead).awaitParked());
            queued.add(kind.start(word::lockWrite).awaitParked());
        }
        assertThat(FdWord.queued(word.wordVolatile(), Direction.WRITE)).isEqualTo(4);
        assertThat(word.close()).isTrue();
        for (TestThread<Boolean> locker : queued) {
            assertThat(locker.result()).isFalse();
        }
        assertThat(word.closes).hasValue(0);
        word.unlockRead();
        word.unlockWrite();
        assertThat(word.closes).hasValue(1);
    }

    @Test
    void anInterruptNeitherEndsTheQueueingNorIsLost() throws Exception {
        word.lockWrite();
        TestThread<Boolean> queued =
                TestThread.start(() -> word.lockWrite() && Thread.currentThread().isInterrupted());
        queued.awaitParked().thread().interrupt();
        assertThat(queued.awaitParked().isDone()).isFalse();
        word.unlockWrite();
        assertThat(queued.result()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void awaitClosedWaitsForTheLastReference(TestThread.Kind kind) throws Exception {
        word.acquire();
        TestThread<Integer> first = kind.start(this::closesSeenAfterAwaitClosed).awaitParked();
        word.close();
        TestThread<Integer> second = kind.start(this::closesSeenAfterAwaitClosed).awaitParked();
        assertThat(first.isDone()).isFalse();
        assertThat(second.isDone()).isFalse();
        word.release();
        assertThat(first.result()).isEqualTo(1);
        assertThat(second.result()).isEqualTo(1);
        assertThat(closesSeenAfterAwaitClosed()).isEqualTo(1);
    }

    private int closesSeenAfterAwaitClosed() {
        word.awaitClosed();
        return word.closes.get();
    }

    @Test
    void anInterruptNeitherEndsAwaitClosedNorIsLost() throws Exception {
        word.acquire();
        TestThread<Boolean> waiting =
                TestThread.start(
                        () -> {
                            word.awaitClosed();
                            return Thread.currentThread().isInterrupted();
                        });
        waiting.awaitParked().thread().interrupt();
        word.close();
        assertThat(waiting.awaitParked().isDone()).isFalse();
        word.release();
        assertThat(waiting.result()).isTrue();
    }

    @Test
    void tooManyReferencesFaultAndLeaveTheWordUsable() {
        for (int i = 0; i < FdWord.MAX_COUNT; i++) {
            word.acquire();
        }
        assertThatThrownBy(word::acquire)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("too many concurrent operations")
                .hasMessageContaining("1048575");
        assertThatThrownBy(word::lockRead).hasMessageContaining("too many");
        assertThat(word.close()).as("close needs no reference").isTrue();
        for (int i = 0; i < FdWord.MAX_COUNT; i++) {
            assertThat(word.closes).hasValue(0);
            word.release();
        }
        assertThat(word.closes).hasValue(1);
    }

    @ParameterizedTest
    @EnumSource
    void tooManyQueuedLockersFault(Direction direction) {
        long full = FdWord.MAX_COUNT * direction.oneQueued;
        assertThat(FdWord.queued(full, direction)).isEqualTo(FdWord.MAX_COUNT);
        assertThat(FdWord.queued(full, direction.other())).isZero();
        assertThat(FdWord.references(full)).isZero();
        assertThatThrownBy(() -> FdWord.plusQueued(full, direction))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("too many threads queue");
    }

    @Test
    void misuseFaults() {
        assertThatThrownBy(word::release).hasMessageContaining("a reference is released");
        assertThatThrownBy(word::unlockRead).hasMessageContaining("a lock is given back");
        word.lockRead();
        assertThatThrownBy(word::unlockWrite).hasMessageContaining("readLocked=true");
        word.unlockRead();
        assertThat(word.wordVolatile()).isZero();
    }

    @Test
    void eightThreadsExcludeEachOtherAndLoseNoWakeUp() throws Exception {
        int rounds = 20_000;
        long[] guarded = new long[2]; // [0] by the read lock, [1] by the write lock
        List<TestThread<Boolean>> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            TestThread.Kind kind = TestThread.Kind.ofRound(i);
            threads.add(
                    kind.start(
                            () -> {
                                for (int round = 0; round < rounds; round++) {
                                    takeOne(round % 3, guarded);
                                }
                                return true;
                            }));
        }
        for (TestThread<Boolean> thread : threads) {
            assertThat(thread.result()).isTrue();
        }
        int perThread = (rounds + 2) / 3;
        assertThat(guarded).containsExactly(8L * perThread, 8L * perThread);
        assertThat(word.wordVolatile()).isZero();
        word.close();
        assertThat(word.closes).hasValue(1);
    }

    private void takeOne(int which, long[] guarded) {
        switch (which) {
            case 0 -> {
                assertThat(word.lockRead()).isTrue();
                guarded[0]++;
                word.unlockRead();
            }
            case 1 -> {
                assertThat(word.lockWrite()).isTrue();
                guarded[1]++;
                word.unlockWrite();
            }
            default -> {
                assertThat(word.acquire()).isTrue();
                word.release();
            }
        }
    }

    @Test
    void closeRacesWithEveryOperationAndTheDescriptorIsClosedOnceAndUnused() throws Exception {
        int rounds = 3_000;
        CountedWord[] words = new CountedWord[rounds];
        for (int i = 0; i < rounds; i++) {
            words[i] = new CountedWord();
        }
        CyclicBarrier together = new CyclicBarrier(4);
        List<TestThread<Boolean>> threads = new ArrayList<>();
        for (int role = 0; role < 4; role++) {
            int mine = role;
            threads.add(
                    TestThread.start(
                            () -> {
                                for (CountedWord each : words) {
                                    together.await(20, TimeUnit.SECONDS);
                                    playRole(each, mine);
                                }
                                return true;
                            }));
        }
        for (TestThread<Boolean> thread : threads) {
            assertThat(thread.result()).isTrue();
        }
        for (CountedWord each : words) {
            assertThat(each.closes).hasValue(1);
            assertThat(FdWord.references(each.wordVolatile())).isZero();
        }
    }

    private static void playRole(CountedWord word, int role) {
        for (int i = 0; i < ThreadLocalRandom.current().nextInt(4); i++) {
            Thread.onSpinWait();
        }
        if (role == 0) {
            word.close();
            word.awaitClosed();
            assertThat(word.closes).hasValue(1);
            return;
        }
        boolean open = true;
        for (int i = 0; open && i < 50; i++) {
            open = role == 1 ? word.acquire() : word.lockRead();
            if (open) {
                word.inside.incrementAndGet();
                word.inside.decrementAndGet();
                giveBack(word, role);
            }
        }
    }

    private static void giveBack(CountedWord word, int role) {
        if (role == 1) {
            word.release();
        } else {
            word.unlockRead();
        }
    }
}
