package io.weft.netpoll;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.linux.Errno;
import io.weft.linux.Sockets;
import io.weft.testkit.SysCall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Who hands entries over, when, and what if the kernel does not take them. */
class RingSubmissionTest extends RingTest {

    /** Room for many connections, in queues that are soon full. */
    private static final RingSettings CROWDED = new RingSettings(16, 16, 64, 64, 16, 2, 16);

    RingSubmissionTest() {
        super(CROWDED);
    }

    private static int sendByte(Conn conn) {
        return conn.desc().send(pattern(0, 1), 0, 1);
    }

    @Test
    void aFewEntriesAreLeftToTheNextRound() {
        Conn conn = connect();
        long enters = kernel.count(SysCall.RING_ENTER);
        assertThat(sendByte(conn)).isEqualTo(1);
        assertThat(kernel.count(SysCall.RING_ENTER)).isEqualTo(enters);
        poll();
        assertThat(kernel.count(SysCall.RING_ENTER)).isEqualTo(enters + 1);
        assertThat(peerReceives(conn, 1)).isEqualTo(pattern(0, 1));
    }

    @Test
    void manyEntriesAreHandedOverAtOnce() {
        long enters = kernel.count(SysCall.RING_ENTER);
        for (int i = 0; i < CROWDED.submitAt(); i++) {
            arm(connect().desc());
        }
        assertThat(kernel.count(SysCall.RING_ENTER)).isEqualTo(enters + 1);
    }

    @Test
    void aForeignThreadHandsOverWhatItQueues() throws Exception {
        Conn conn = connect();
        assertThat(TestThread.start(() -> sendByte(conn)).result()).isEqualTo(1);
        assertThat(kernel.count(SysCall.RING_SEND)).isEqualTo(1);
        assertThat(peerReceives(conn, 1)).isEqualTo(pattern(0, 1));
    }

    /** The M is not woken for it; the second one has lost its P, and does not know. */
    @Test
    void whoQueuesWhileTheMSleepsHandsOverItself() throws Exception {
        Conn first = connect();
        Conn second = connect();
        TestThread<Integer> sleeping = startOnAnotherM(() -> poller.block(-1));
        awaitAsleep();
        assertThat(TestThread.start(() -> sendByte(first)).result()).isEqualTo(1);
        assertThat(sendByte(second)).isEqualTo(1);
        assertThat(kernel.count(SysCall.RING_SEND)).isEqualTo(2);
        assertThat(poller.wakeSignals()).isZero();
        poller.wake();
        assertThat(sleeping.result()).isZero();
    }

    private void awaitAsleep() throws InterruptedException {
        await(poller::isAsleep);
    }

    /** Until other threads have made it so, without a round. */
    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TestThread.PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("it never comes true").isNegative();
            Thread.sleep(1);
        }
    }

    /** The thread that was refused goes on; the sleeper learns of it, and tries again. */
    @Test
    void entriesThatWereRefusedToAForeignThreadWakeTheM() throws Exception {
        Conn conn = connect();
        TestThread<Integer> sleeping = startOnAnotherM(() -> poller.block(-1));
        awaitAsleep();
        refusal = Errno.EAGAIN;
        assertThat(TestThread.start(() -> sendByte(conn)).result()).isEqualTo(1);
        sleeping.result();
        refusal = 0;
        assertThat(peerReceives(conn, 1)).isEqualTo(pattern(0, 1));
    }

    /** It sleeps for moments only, so that it does not miss the end of the shortage. */
    @Test
    void theMDoesNotSleepOnEntriesThatAreRefused() throws Exception {
        Conn conn = connect();
        refusal = Errno.EBUSY;
        assertThat(sendByte(conn)).isEqualTo(1);
        assertThat(TestThread.start(() -> poller.block(-1)).result()).isZero();
        refusal = 0;
        assertThat(peerReceives(conn, 1)).isEqualTo(pattern(0, 1));
    }

    @Test
    void onlyAPartOfTheEntriesIsTaken() {
        List<Conn> crowd = new ArrayList<>();
        script.shortenAll(SysCall.RING_ENTER, 1);
        for (int i = 0; i < 10; i++) {
            Conn conn = connect();
            arm(conn.desc());
            sendByte(conn);
            crowd.add(conn);
        }
        for (Conn conn : crowd) {
            assertThat(peerReceives(conn, 1)).isEqualTo(pattern(0, 1));
            peerSends(conn, pattern(3, 2));
            assertThat(receive(conn.desc(), 2)).isEqualTo(pattern(3, 2));
        }
    }

    /** Who finds the queue full waits, and is let go when the kernel takes entries again. */
    @Test
    void aFullQueueHoldsUpWhoWantsAnEntryAndLosesNothing() throws Exception {
        List<Conn> crowd = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            crowd.add(connect());
        }
        refusal = Errno.EAGAIN;
        List<TestThread<Boolean>> arming = new ArrayList<>();
        for (Conn conn : crowd) {
            arming.add(
                    TestThread.Kind.VIRTUAL.start(
                            () -> {
                                arm(conn.desc());
                                return true;
                            }));
        }
        SocketRing ring = crowd.getFirst().desc().ring;
        int most = CROWDED.entries() - CROWDED.reservedEntries();
        pollUntil(() -> ring.pending() == most);
        assertThat(arming).anyMatch(thread -> !thread.isDone());
        refusal = 0;
        for (TestThread<Boolean> thread : arming) {
            assertThat(thread.result()).isTrue();
        }
        for (int i = 0; i < crowd.size(); i++) {
            peerSends(crowd.get(i), pattern(i, 4));
            assertThat(receive(crowd.get(i).desc(), 4)).isEqualTo(pattern(i, 4));
        }
    }

    @Test
    void completionsBeyondTheQueueAreKept() {
        List<Conn> crowd = new ArrayList<>();
        for (int i = 0; i < 48; i++) {
            Conn conn = connect();
            arm(conn.desc());
            poll();
            crowd.add(conn);
        }
        for (int i = 0; i < crowd.size(); i++) {
            peerSends(crowd.get(i), pattern(i, 8));
        }
        SocketRing ring = crowd.getFirst().desc().ring;
        assertThat(ring.isHeldBack()).as("16 fit, 48 have come").isTrue();
        pollUntil(() -> crowd.stream().allMatch(c -> isReady(c.desc(), Direction.READ)));
        for (int i = 0; i < crowd.size(); i++) {
            assertThat(receive(crowd.get(i).desc(), 8)).isEqualTo(pattern(i, 8));
        }
    }

    /** What failed may be beyond the queue: no buffer is taken for sent before that is read. */
    @Test
    void sendsThatFailWhileCompletionsAreBeyondTheQueueAreNotLost() {
        List<Conn> crowd = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Conn conn = connect();
            arm(conn.desc());
            poll();
            crowd.add(conn);
        }
        Conn writer = connect();
        for (Conn conn : crowd) {
            peerSends(conn, pattern(0, 8));
        }
        script.failRange(SysCall.RING_SEND, 1, 3, Errno.EAGAIN);
        assertThat(writer.desc().send(pattern(0, 16), 0, 16)).isEqualTo(16);
        assertThat(peerReceives(writer, 16)).isEqualTo(pattern(0, 16));
        for (Conn conn : crowd) {
            assertThat(receive(conn.desc(), 8)).isEqualTo(pattern(0, 8));
        }
    }

    /** Whether something is left over is not known when the shutdown begins, only on its way. */
    @Test
    void theOutputIsShutAfterASendWhoseFailureIsBeyondTheQueue() throws Exception {
        List<Conn> crowd = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Conn conn = connect();
            arm(conn.desc());
            poll();
            crowd.add(conn);
        }
        Conn writer = connect();
        for (Conn conn : crowd) {
            peerSends(conn, pattern(0, 8));
        }
        refused = SysCall.RING_SEND;
        refusal = Errno.EAGAIN;
        assertThat(writer.desc().send(pattern(0, 16), 0, 16)).isEqualTo(16);
        TestThread<Integer> shutting =
                TestThread.start(() -> writer.desc().shutdown(Sockets.SHUT_WR));
        await(() -> kernel.count(SysCall.RING_DESCRIPTOR) == 1);
        pollUntil(shutting::isDone);
        assertThat(shutting.result()).isZero();
        refusal = 0;
        assertThat(peerReceives(writer, 16)).isEqualTo(pattern(0, 16));
        assertThat(peerAnswer(writer)).as("the end").isZero();
    }

    @Test
    void aDescriptorIsLentAndTakenBack() throws Exception {
        Conn conn = connect();
        TestThread<Integer> borrowing = TestThread.start(() -> conn.desc().borrowFd());
        pollUntil(borrowing::isDone);
        int fd = borrowing.result();
        assertThat(sys.remoteAddress(fd)).isEqualTo(sys.localAddress(conn.peer()));
        conn.desc().returnFd(fd);
        assertThat(sys.remoteAddress(fd)).isNull();
    }

    @Test
    void aDescriptorThatIsNotToBeHadIsAnErrno() throws Exception {
        Conn conn = connect();
        script.fail(SysCall.RING_DESCRIPTOR, 1, Errno.EMFILE);
        TestThread<Integer> borrowing = TestThread.start(() -> conn.desc().borrowFd());
        pollUntil(borrowing::isDone);
        assertThat(borrowing.result()).isEqualTo(-Errno.EMFILE);
    }

    /** More than have a number at once: those beyond wait for one. */
    @Test
    void aHundredBorrowAtOnce() throws Exception {
        Conn conn = connect();
        List<TestThread<Integer>> borrowing = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            borrowing.add(TestThread.Kind.VIRTUAL.start(() -> conn.desc().borrowFd()));
        }
        pollUntil(() -> borrowing.stream().allMatch(TestThread::isDone));
        for (TestThread<Integer> each : borrowing) {
            conn.desc().returnFd(SocketPair.checked(each.result()));
        }
    }
}
