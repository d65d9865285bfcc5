package io.weft.linux;

import static io.weft.linux.Epoll.EPOLLIN;
import static io.weft.linux.Epoll.EPOLLOUT;
import static io.weft.linux.TcpPair.SYS;
import static io.weft.linux.TcpPair.ok;
import static io.weft.linux.UringOps.IORING_ASYNC_CANCEL_ALL;
import static io.weft.linux.UringOps.IORING_ASYNC_CANCEL_ANY;
import static io.weft.linux.UringOps.IORING_POLL_ADD_MULTI;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Polls, cancellations, timeouts. */
@Timeout(30)
class UringControlTest {

    private static final long MILLI = 1_000_000;
    private static final long HOUR = 3_600_000 * MILLI;

    private final TestRing ring = TestRing.open(8);
    private final TcpPair pair = TcpPair.open();
    private final int eventfd = ok(SYS.eventfd());
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory = arena.allocate(64);

    @AfterEach
    void close() {
        ring.close();
        SYS.close(eventfd);
        pair.close();
        arena.close();
    }

    @Test
    void pollCompletesOnceWithTheReadyEvents() {
        poll(pair.server, EPOLLIN, 0, 1);
        ring.quiet();
        send();
        TestRing.Completion completion = ring.take();
        assertThat(completion.result()).isEqualTo(EPOLLIN);
        assertThat(completion.more()).isFalse();
        send();
        ring.quiet();
    }

    @Test
    void multishotPollReportsEachEdge() {
        poll(pair.server, EPOLLIN | Epoll.EPOLLET, IORING_POLL_ADD_MULTI, 1);
        for (int i = 0; i < 3; i++) {
            send();
            TestRing.Completion completion = ring.take();
            assertThat(completion.userData()).isEqualTo(1);
            assertThat(completion.result() & EPOLLIN).isNotZero();
            assertThat(completion.more()).isTrue();
            ring.quiet();
        }
    }

    @Test
    void removedPollIsCancelled() {
        poll(pair.server, EPOLLIN, IORING_POLL_ADD_MULTI, 1);
        int remove = ring.next();
        ring.control.pollRemove(remove, 1);
        ring.submit(remove, 2);
        assertThat(results(2)).containsEntry(1L, -Errno.ECANCELED).containsEntry(2L, 0);
        int again = ring.next();
        ring.control.pollRemove(again, 1);
        assertThat(ring.complete(again).result()).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void updatedPollWaitsForTheOtherEvents() {
        poll(pair.server, EPOLLIN, 0, 1);
        int update = ring.next();
        ring.control.pollUpdate(update, 1, EPOLLOUT, 0);
        ring.submit(update, 2);
        assertThat(results(2)).containsEntry(1L, EPOLLOUT).containsEntry(2L, 0);
    }

    @Test
    void armedRecvIsCancelledByItsUserData() {
        recv(1);
        int cancel = ring.next();
        ring.control.cancel(cancel, 1, 0);
        ring.submit(cancel, 2);
        assertThat(results(2)).containsEntry(1L, -Errno.ECANCELED).containsEntry(2L, 0);
        send();
        ring.quiet();
        int again = ring.next();
        ring.control.cancel(again, 1, 0);
        assertThat(ring.complete(again).result()).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void everythingOnADescriptorIsCancelled() {
        recv(1);
        poll(pair.server, EPOLLIN, IORING_POLL_ADD_MULTI, 2);
        poll(eventfd, EPOLLIN, 0, 3);
        int cancel = ring.next();
        ring.control.cancelFd(cancel, pair.server, IORING_ASYNC_CANCEL_ALL);
        ring.submit(cancel, 4);
        assertThat(results(3))
                .containsEntry(1L, -Errno.ECANCELED)
                .containsEntry(2L, -Errno.ECANCELED)
                .containsEntry(4L, 2);
        SYS.eventfdSignal(eventfd);
        assertThat(ring.take().userData()).isEqualTo(3);
    }

    @Test
    void syncCancelReturnsWhenTheRequestsHaveEnded() {
        UringRegistrations registrations = ring.ring.registrations();
        recv(1);
        assertThat(registrations.syncCancel(1, 0, -1)).isZero();
        assertThat(ring.take().result()).isEqualTo(-Errno.ECANCELED);
        assertThat(registrations.syncCancel(1, 0, 0)).isEqualTo(-Errno.ENOENT);

        recv(2);
        poll(pair.server, EPOLLIN, 0, 3);
        assertThat(registrations.syncCancelFd(pair.server, IORING_ASYNC_CANCEL_ALL, -1))
                .isEqualTo(2);
        assertThat(results(2).values()).containsOnly(-Errno.ECANCELED);

        recv(4);
        poll(eventfd, EPOLLIN, 0, 5);
        assertThat(registrations.syncCancel(0, IORING_ASYNC_CANCEL_ANY, MILLI)).isEqualTo(2);
        assertThat(results(2).values()).containsOnly(-Errno.ECANCELED);
        assertThat(registrations.syncCancel(0, IORING_ASYNC_CANCEL_ANY, MILLI)).isZero();
    }

    @Test
    void timeoutEndsWithItsTimeOrWithOtherCompletions() {
        int timeout = ring.next();
        ring.control.timeout(timeout, MILLI, 0, 0);
        assertThat(ring.complete(timeout).result()).isEqualTo(-Errno.ETIME);

        int counted = ring.next();
        ring.control.timeout(counted, HOUR, 1, 0);
        ring.submit(counted, 1);
        int nop = ring.next();
        ring.control.nop(nop);
        ring.submit(nop, 2);
        assertThat(results(2)).containsEntry(1L, 0).containsEntry(2L, 0);
    }

    @Test
    void timeoutIsUpdatedAndRemoved() {
        timeout(1, HOUR);
        int update = ring.next();
        ring.control.timeoutUpdate(update, 1, MILLI, 0);
        ring.submit(update, 2);
        assertThat(results(2)).containsEntry(1L, -Errno.ETIME).containsEntry(2L, 0);

        timeout(3, HOUR);
        int remove = ring.next();
        ring.control.timeoutRemove(remove, 3);
        ring.submit(remove, 4);
        assertThat(results(2)).containsEntry(3L, -Errno.ECANCELED).containsEntry(4L, 0);
    }

    /** Each of them has a time of its own, though all are handed over at once. */
    @Test
    void timesOfOneBatchDoNotMix() {
        long[] nanos = {3 * MILLI, HOUR, MILLI, 2 * MILLI};
        for (int i = 0; i < nanos.length; i++) {
            int sqe = ring.next();
            ring.control.timeout(sqe, nanos[i], 0, 0);
            ring.submissions.userData(sqe, i);
        }
        ring.submissions.publish();
        assertThat(ring.ring.enter(nanos.length, 0, 0, 0)).isEqualTo(nanos.length);
        assertThat(ring.take(3).stream().map(TestRing.Completion::userData))
                .containsExactly(2L, 3L, 0L);
        ring.quiet();
    }

    @Test
    void linkedTimeoutCancelsItsRequest() {
        int recv = ring.next();
        ring.sockets.recv(recv, pair.server, memory.address(), 8, 0);
        ring.submissions.userData(recv, 1);
        ring.submissions.addFlags(recv, IoUring.IOSQE_IO_LINK);
        int timeout = ring.next();
        ring.control.linkTimeout(timeout, MILLI, 0);
        ring.submissions.userData(timeout, 2);
        ring.submissions.publish();
        assertThat(ring.ring.enter(2, 0, 0, 0)).isEqualTo(2);
        assertThat(results(2)).containsEntry(1L, -Errno.ECANCELED).containsEntry(2L, -Errno.ETIME);
    }

    @Test
    void readTakesTheCountOfAnEventfd() {
        int read = ring.next();
        ring.control.read(read, eventfd, memory.address(), Long.BYTES);
        SYS.eventfdSignal(eventfd);
        SYS.eventfdSignal(eventfd);
        assertThat(ring.succeed(read)).isEqualTo(Long.BYTES);
        assertThat(memory.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(2);
    }

    @Test
    void writersLeaveNothingOfTheRequestBefore() {
        int capacity = ring.submissions.capacity();
        for (int i = 0; i < capacity; i++) {
            int sqe = ring.next();
            ring.sockets.setOption(sqe, -1, -1, -1, -1);
            ring.submissions.addFlags(sqe, IoUring.IOSQE_ASYNC);
            ring.submissions.addIoprio(sqe, -1);
            ring.submissions.bufferGroup(sqe, -1);
            ring.submissions.directSlot(sqe, UringOps.IORING_FILE_INDEX_ALLOC);
            ring.control.nop(sqe);
            ring.submissions.userData(sqe, i);
        }
        ring.submissions.publish();
        assertThat(ring.ring.enter(capacity, 0, 0, 0)).isEqualTo(capacity);
        List<TestRing.Completion> completions = ring.take(capacity);
        assertThat(completions).allMatch(completion -> completion.result() == 0);
        assertThat(completions.stream().map(TestRing.Completion::userData))
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
    }

    private void poll(int fd, int events, int pollFlags, long userData) {
        int sqe = ring.next();
        ring.control.pollAdd(sqe, fd, events, pollFlags);
        ring.submit(sqe, userData);
    }

    private void recv(long userData) {
        int sqe = ring.next();
        ring.sockets.recv(sqe, pair.server, memory.address(), 8, 0);
        ring.submit(sqe, userData);
    }

    private void timeout(long userData, long nanos) {
        int sqe = ring.next();
        ring.control.timeout(sqe, nanos, 0, 0);
        ring.submit(sqe, userData);
    }

    /** The next results, by user data. */
    private Map<Long, Integer> results(int count) {
        return ring.take(count).stream()
                .collect(
                        Collectors.toMap(
                                TestRing.Completion::userData, TestRing.Completion::result));
    }

    private void send() {
        assertThat(SYS.send(pair.client, new byte[] {1}, 0, 1)).isEqualTo(1);
    }
}
