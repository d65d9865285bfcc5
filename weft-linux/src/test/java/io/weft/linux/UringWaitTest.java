package io.weft.linux;

import static io.weft.linux.IoUring.IORING_SETUP_DEFER_TASKRUN;
import static io.weft.linux.IoUring.IORING_SETUP_SINGLE_ISSUER;
import static io.weft.linux.TcpPair.PATIENCE_NANOS;
import static io.weft.linux.TcpPair.SYS;
import static io.weft.linux.TcpPair.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** enter, as a call that waits and that another thread ends. */
@Timeout(30)
class UringWaitTest {

    private static final Executor NEW_THREAD = task -> Thread.ofPlatform().start(task);

    private final TestRing ring = TestRing.open(4);
    private final ThreadSys threads = new NativeThreadSys(CallStates.perThread());
    private final int eventfd = ok(SYS.eventfd());

    private volatile int waiter;

    @AfterEach
    void close() {
        ring.close();
        SYS.close(eventfd);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 50_000, 1_500_000})
    void waitLastsAtLeastItsTime(long timeoutNanos) {
        long start = System.nanoTime();
        assertThat(ring.ring.enter(0, 1, 0, timeoutNanos)).isEqualTo(-Errno.ETIME);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(timeoutNanos);
    }

    @Test
    void callWithoutAWaitReturnsAtOnce() {
        assertThat(ring.ring.enter(0, 0, 0, -1)).isZero();
        assertThat(ring.ring.enter(0, 0, IoUring.IORING_ENTER_GETEVENTS, Long.MAX_VALUE)).isZero();
        assertThat(ring.ring.enter(UringSys.MAX_CRITICAL_SUBMIT + 1, 0, 0, -1)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MAX_VALUE})
    void eventfdEndsAWaitThroughAPoll(long timeoutNanos) throws InterruptedException {
        int poll = ring.next();
        ring.control.pollAdd(
                poll, eventfd, Epoll.EPOLLIN | Epoll.EPOLLET, UringOps.IORING_POLL_ADD_MULTI);
        ring.submit(poll, 1);
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Integer> waiting = waitForOne(timeoutNanos);
            assertThat(SYS.eventfdSignal(eventfd)).isEqualTo(Long.BYTES);
            assertThat(waiting.join()).isZero();
            assertThat(ring.take().userData()).isEqualTo(1);
        }
    }

    @Test
    void eventfdEndsAWaitThroughARead() throws InterruptedException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment count = arena.allocate(Long.BYTES, Long.BYTES);
            int read = ring.next();
            ring.control.read(read, eventfd, count.address(), Long.BYTES);
            ring.submit(read, 2);
            CompletableFuture<Integer> waiting = waitForOne(-1);
            SYS.eventfdSignal(eventfd);
            assertThat(waiting.join()).isZero();
            assertThat(ring.take().result()).isEqualTo(Long.BYTES);
        }
    }

    @Test
    void messageOfAnotherRingEndsAWait() throws InterruptedException {
        try (TestRing sender = TestRing.open(2)) {
            CompletableFuture<Integer> waiting = waitForOne(-1);
            int message = sender.next();
            sender.control.message(message, ring.ring.fd(), 3, 0);
            assertThat(sender.succeed(message)).isZero();
            assertThat(waiting.join()).isZero();
            assertThat(ring.take().userData()).isEqualTo(3);
        }
    }

    @Test
    void submissionOfAnotherThreadEndsAWait() throws InterruptedException {
        CompletableFuture<Integer> waiting = waitForOne(-1);
        int nop = ring.next();
        ring.control.nop(nop);
        ring.submit(nop, 4);
        assertThat(waiting.join()).isZero();
        assertThat(ring.take().userData()).isEqualTo(4);
    }

    /** The completions of a ring that defers them are made by the wait of its only issuer. */
    @Test
    void messageEndsTheWaitOfASingleIssuer() {
        int flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
        CompletableFuture<Integer> opened = new CompletableFuture<>();
        CompletableFuture<Long> received =
                CompletableFuture.supplyAsync(
                        () -> {
                            try (TestRing issuer = TestRing.open(UringOptions.of(2, flags))) {
                                opened.complete(issuer.ring.fd());
                                return issuer.take().userData();
                            }
                        },
                        NEW_THREAD);
        int message = ring.next();
        ring.control.message(message, opened.join(), 5, 0);
        assertThat(ring.succeed(message)).isZero();
        assertThat(received.join()).isEqualTo(5);
    }

    /** The event comes after the end of the thread whose part it was to serve the request. */
    @Test
    void requestOfAThreadThatEndedIsCancelledByItsEvent() {
        int poll = ring.next();
        ring.control.pollAdd(poll, eventfd, Epoll.EPOLLIN, UringOps.IORING_POLL_ADD_MULTI);
        CompletableFuture<Integer> submitter =
                CompletableFuture.supplyAsync(
                        () -> {
                            ring.submit(poll, 6);
                            return threads.gettid();
                        },
                        NEW_THREAD);
        int tid = submitter.join();
        while (threads.state(tid) != -Errno.ENOENT) {
            LockSupport.parkNanos(100_000);
        }
        ring.quiet();
        SYS.eventfdSignal(eventfd);
        TestRing.Completion completion = ring.take();
        assertThat(completion.userData()).isEqualTo(6);
        assertThat(completion.result()).isEqualTo(-Errno.ECANCELED);
        assertThat(completion.more()).isFalse();
    }

    @Test
    void singleIssuerIsHeldToIt() {
        try (TestRing issuer = TestRing.open(UringOptions.of(2, IORING_SETUP_SINGLE_ISSUER))) {
            int nop = issuer.next();
            issuer.control.nop(nop);
            issuer.submissions.publish();
            assertThat(
                            CompletableFuture.supplyAsync(
                                            () -> issuer.ring.enter(1, 0, 0, 0), NEW_THREAD)
                                    .join())
                    .isEqualTo(-Errno.EEXIST);
            assertThat(issuer.ring.enter(1, 0, 0, 0)).isEqualTo(1);
        }
    }

    @Test
    void disabledRingBeginsWhenItIsEnabled() {
        try (TestRing disabled =
                TestRing.open(UringOptions.of(2, IoUring.IORING_SETUP_R_DISABLED))) {
            int nop = disabled.next();
            disabled.control.nop(nop);
            disabled.submissions.publish();
            assertThat(disabled.ring.enter(1, 0, 0, 0)).isEqualTo(-Errno.EBADFD);
            ok(disabled.ring.registrations().enable());
            assertThat(disabled.ring.enter(1, 0, 0, 0)).isEqualTo(1);
        }
    }

    @Test
    void registeredRingIsEnteredByItsIndex() {
        UringRegistrations registrations = ring.ring.registrations();
        int index = ok(registrations.registerRingFd());
        int nop = ring.next();
        ring.control.nop(nop);
        ring.submissions.publish();
        assertThat(ring.ring.enterRegistered(index, 1, 1, 0, PATIENCE_NANOS)).isEqualTo(1);
        assertThat(ring.take().result()).isZero();
        assertThat(ring.ring.enterRegistered(index, 0, 1, 0, 1)).isEqualTo(-Errno.ETIME);
        assertThat(
                        CompletableFuture.supplyAsync(
                                        () -> ring.ring.enterRegistered(index, 0, 0, 0, 0),
                                        NEW_THREAD)
                                .join())
                .isNegative();
        assertThat(registrations.unregisterRingFd(index)).isEqualTo(1);
        assertThat(ring.ring.enterRegistered(index, 0, 0, 0, 0)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void everyCompletionSignalsTheRegisteredEventfd() {
        UringRegistrations registrations = ring.ring.registrations();
        ok(registrations.registerEventfd(eventfd));
        assertThat(registrations.registerEventfd(eventfd)).isEqualTo(-Errno.EBUSY);
        assertThat(SYS.poll(eventfd, Epoll.EPOLLIN)).isZero();
        int nop = ring.next();
        ring.control.nop(nop);
        ring.succeed(nop);
        assertThat(SYS.poll(eventfd, Epoll.EPOLLIN)).isEqualTo(Epoll.EPOLLIN);
        ok(registrations.unregisterEventfd());
        assertThat(registrations.unregisterEventfd()).isEqualTo(-Errno.ENXIO);
    }

    /** Returns when the other thread is in the wait, or as good as. */
    private CompletableFuture<Integer> waitForOne(long timeoutNanos) throws InterruptedException {
        waiter = 0;
        CompletableFuture<Integer> waiting =
                CompletableFuture.supplyAsync(
                        () -> {
                            waiter = threads.gettid();
                            return ring.ring.enter(0, 1, 0, timeoutNanos);
                        },
                        NEW_THREAD);
        while (waiter == 0 || threads.state(waiter) != 'S') {
            LockSupport.parkNanos(100_000);
        }
        return waiting;
    }
}
