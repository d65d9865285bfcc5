package io.weft.netpoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.linux.CallStates;
import io.weft.linux.Epoll;
import io.weft.linux.EpollEvents;
import io.weft.linux.Errno;
import io.weft.linux.NativeSys;
import io.weft.testkit.FdWatcher;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EpollPollerTest {

    /** Returns at once if a wake-up is owed; long enough to tell it from one that is not. */
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** More waits than can be interrupted by the rings of earlier tests. */
    private static final int INTERRUPTS_MAX = 100;

    private final FdWatcher open = FdWatcher.start();
    private final InterceptedSys kernel = new InterceptedSys(new NativeSys(CallStates.perThread()));
    private final DescriptorTable<PollDesc> table = new DescriptorTable<>(2);
    private final EpollPoller poller = new EpollPoller(kernel.sys(), table, 2);

    @AfterEach
    void nothingIsLeftOpen() {
        poller.close();
        open.assertNothingLeaked(Duration.ofSeconds(5));
    }

    /** Blocks; whether a wake-up ended it. */
    private boolean blockEndsEarly() {
        long start = System.nanoTime();
        poller.block(LONG_NANOS);
        return System.nanoTime() - start < LONG_NANOS / 2;
    }

    /**
     * Whether a wait of that length ran to its end: nothing was owed. One that the kernel has
     * interrupted says nothing: it visits a thread that has used a ring when that ring is gone.
     */
    private boolean sleepsThrough() {
        AtomicInteger interrupted = new AtomicInteger();
        kernel.on("epollWait", (_, real) -> noteInterrupt(real.call(), interrupted));
        try {
            for (int tries = 1; true; tries++) {
                interrupted.set(0);
                long start = System.nanoTime();
                int found = poller.block(SHORT_NANOS);
                if (interrupted.get() == 0 || tries == INTERRUPTS_MAX) {
                    return found == 0 && System.nanoTime() - start >= SHORT_NANOS;
                }
            }
        } finally {
            kernel.heal("epollWait");
        }
    }

    private static Object noteInterrupt(Object answer, AtomicInteger count) {
        if (answer.equals(-Errno.EINTR)) {
            count.incrementAndGet();
        }
        return answer;
    }

    @Test
    @Timeout(5)
    void wakeEndsABlockThatSleeps() throws Exception {
        TestThread<Integer> blocked =
                TestThread.start(() -> poller.block(TimeUnit.SECONDS.toNanos(10)));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        poller.wake();
        assertThat(blocked.result()).as("the wake-up is not counted").isZero();
        assertThat(sleepsThrough()).as("it ended that block, no other").isTrue();
    }

    @Test
    void wakeEndsTheNextBlockAndOnlyThat() {
        poller.wake();
        assertThat(blockEndsEarly()).isTrue();
        assertThat(sleepsThrough()).isTrue();
    }

    @Test
    void wakesOnTopOfAPendingOneMakeNoSystemCall() {
        for (int i = 0; i < 1_000; i++) {
            poller.wake();
        }
        assertThat(poller.wakeSignals()).isEqualTo(1);
        assertThat(blockEndsEarly()).isTrue();
        assertThat(sleepsThrough()).isTrue();
        poller.wake();
        assertThat(poller.wakeSignals()).isEqualTo(2);
        assertThat(blockEndsEarly()).isTrue();
    }

    @Test
    void aPollDoesNotEatTheWakeUpThatABlockIsOwed() {
        for (int i = 0; i < 3; i++) {
            poller.wake();
            assertThat(poller.poll()).isZero();
            assertThat(poller.poll()).isZero();
            assertThat(blockEndsEarly()).isTrue();
            assertThat(sleepsThrough()).isTrue();
        }
    }

    /** The waker is held up between its flag and its write; the block pays meanwhile. */
    @Test
    void aWriteThatComesAfterItsDebtWasPaidCostsOneSpuriousReturn() throws Exception {
        List<Runnable> heldBack = new ArrayList<>();
        kernel.on(
                "eventfdSignal",
                (arguments, real) -> {
                    heldBack.add(() -> call(real));
                    return 0;
                });
        poller.wake();
        assertThat(blockEndsEarly()).isTrue();
        heldBack.forEach(Runnable::run);
        kernel.heal("eventfdSignal");
        assertThat(blockEndsEarly()).as("spurious").isTrue();
        assertThat(sleepsThrough()).isTrue();
        poller.wake();
        assertThat(blockEndsEarly()).isTrue();
    }

    private static void call(java.util.concurrent.Callable<Object> real) {
        try {
            real.call();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /**
     * One blocks, one polls under the same lock, two publish a number and wake. Each number has to
     * be seen by the blocker long before its sleep is over.
     */
    @Test
    void noWakeUpIsLostInAStorm() throws Exception {
        int rounds = 20_000;
        AtomicLong[] published = {new AtomicLong(), new AtomicLong()};
        AtomicLong[] seen = {new AtomicLong(), new AtomicLong()};
        ReentrantLock pollLock = new ReentrantLock(true);
        List<TestThread<Boolean>> wakers = new ArrayList<>();
        for (int w = 0; w < 2; w++) {
            int mine = w;
            wakers.add(
                    TestThread.start(
                            () -> wakeAndAwaitAnswers(published[mine], seen[mine], rounds)));
        }
        TestThread<Boolean> other =
                TestThread.start(
                        () -> {
                            while (seen[0].get() < rounds || seen[1].get() < rounds) {
                                pollLock.lock();
                                try {
                                    poller.poll();
                                } finally {
                                    pollLock.unlock();
                                }
                                // The blocker sleeps with the lock held; wait without it.
                                LockSupport.parkNanos(1);
                            }
                            return true;
                        });
        while (seen[0].get() < rounds || seen[1].get() < rounds) {
            pollLock.lock();
            try {
                for (int w = 0; w < 2; w++) {
                    seen[w].setPlain(published[w].getPlain());
                }
                if (seen[0].get() < rounds || seen[1].get() < rounds) {
                    assertThat(blockEndsEarly()).as("a wake-up for the last number").isTrue();
                }
                for (int w = 0; w < 2; w++) {
                    seen[w].set(published[w].getPlain());
                }
            } finally {
                pollLock.unlock();
            }
        }
        for (TestThread<Boolean> waker : wakers) {
            assertThat(waker.result()).isTrue();
        }
        assertThat(other.result()).isTrue();
        assertThat(poller.wakeSignals()).isPositive().isLessThanOrEqualTo(2L * rounds);
    }

    private boolean wakeAndAwaitAnswers(AtomicLong published, AtomicLong seen, int rounds) {
        long deadline = System.nanoTime() + TestThread.PATIENCE.toNanos();
        for (int round = 1; round <= rounds; round++) {
            published.setPlain(round);
            poller.wake();
            while (seen.get() < round) {
                assertThat(System.nanoTime() - deadline).as("nobody answers").isNegative();
                Thread.yield();
            }
        }
        return true;
    }

    @Test
    void aBlockEndsWhenItsTimeIsOver() {
        assertThat(sleepsThrough()).isTrue();
        assertThat(poller.block(0)).isZero();
    }

    @Test
    void anInterruptedSystemCallLooksLikeNoEvents() {
        kernel.fail("epollWait", Errno.EINTR);
        assertThat(poller.block(-1)).isZero();
        assertThat(poller.poll()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EBADF, Errno.EINVAL, Errno.EFAULT, Errno.EIO})
    void otherErrorsOfTheWaitAreCorruption(int errno) {
        kernel.fail("epollWait", errno);
        assertThatThrownBy(poller::poll)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("corrupt poller")
                .hasMessageContaining(Errno.name(errno));
        assertThatThrownBy(() -> poller.block(-1)).hasMessageContaining("corrupt poller");
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EBADF, Errno.EAGAIN, Errno.EINVAL, Errno.EIO})
    void errorsOfTheWakeAreCorruption(int errno) {
        kernel.fail("eventfdSignal", errno);
        assertThatThrownBy(poller::wake)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot wake a poller")
                .hasMessageContaining(Errno.name(errno));
    }

    @Test
    void aWakeAfterCloseTouchesNoDescriptor() {
        AtomicInteger writes = new AtomicInteger();
        kernel.on("eventfdSignal", (_, _) -> writes.incrementAndGet());
        poller.close();
        poller.close();
        poller.wake();
        assertThat(writes).hasValue(0);
        assertThatThrownBy(poller::poll).hasMessageContaining("closed poller");
    }

    @Test
    void whatDoesNotFitIntoOneBatchIsFoundByTheNextPoll() {
        Netpoll netpoll = new Netpoll(kernel.sys(), 1, () -> -1, 2);
        List<SocketPair> pairs = new ArrayList<>();
        List<PollDesc> watched = new ArrayList<>();
        EpollPoller small = (EpollPoller) netpoll.poller(0);
        for (int i = 0; i < 5; i++) {
            SocketPair pair = SocketPair.open(kernel.sys());
            pairs.add(pair);
            watched.add(netpoll.open(pair.server()));
            PollDesc descriptor = watched.get(i);
            assertThat(small.register(pair.server(), descriptor.generation(), false)).isZero();
            kernel.sys().send(pair.client(), new byte[1], 0, 1);
        }
        assertThat(small.isWatching()).isTrue();
        List<Integer> batches = List.of(small.poll(), small.poll(), small.poll(), small.poll());
        assertThat(batches).containsExactly(2, 2, 1, 0);
        for (PollDesc descriptor : watched) {
            assertThat(descriptor.slotVolatile(Direction.READ)).isSameAs(ReadinessSlots.READY);
        }
        pairs.forEach(pair -> kernel.sys().close(pair.client()));
        netpoll.close();
    }

    @Test
    void eventsOfAnEmptyEntryAreDroppedAndCounted() {
        kernel.on(
                "epollWait",
                (arguments, real) -> {
                    EpollEvents events = (EpollEvents) arguments[1];
                    events.set(0, Epoll.EPOLLIN, EpollPoller.data(3, 1));
                    events.set(1, Epoll.EPOLLIN, EpollPoller.data(4_000, -5));
                    return 2;
                });
        assertThat(poller.poll()).isEqualTo(2);
        assertThat(poller.staleEvents()).isEqualTo(2);
    }

    @Test
    void watchesNothingBeforeTheFirstRegistration() {
        assertThat(poller.isWatching()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"epollCreate", "eventfd", "epollCtl"})
    void aKernelThatRefusesAPollerIsNamedAndNothingStaysOpen(String call) {
        kernel.fail(call, Errno.EMFILE);
        assertThatThrownBy(() -> new EpollPoller(kernel.sys(), table, 2))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("EMFILE")
                .hasMessageContaining("ulimit -n");
    }
}
