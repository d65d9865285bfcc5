package io.weft.netpoll;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.linux.CallStates;
import io.weft.linux.Errno;
import io.weft.linux.NativeSys;
import io.weft.linux.NativeUringSys;
import io.weft.linux.Sockets;
import io.weft.linux.Sys;
import io.weft.testkit.Fault;
import io.weft.testkit.FaultScript;
import io.weft.testkit.FaultyUringSys;
import io.weft.testkit.FdWatcher;
import io.weft.testkit.LogRecorder;
import io.weft.testkit.SysCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * Connections on tiny rings of one poller that is driven by hand: the test's thread is the M of its
 * P, the threads that it starts run on no P unless they say so. After each test every buffer is
 * free again, every slot empty, and nothing is left open or mapped.
 */
@Timeout(60)
abstract class RingTest {

    /** Bounds that a test meets at once; a reserve that answers two completions and two sends. */
    static final RingSettings TINY = new RingSettings(16, 32, 4, 4, 16, 2, 16);

    /** The smallest that a peer can be given; the kernel doubles it. */
    private static final int SMALL_BUFFER = 4_096;

    /** Of a millisecond: more than a segment and its late acknowledgement take over loopback. */
    private static final int QUIET_ROUNDS = 60;

    private static final int FOREIGN = -1;
    private static final ThreadLocal<Integer> PROCESSOR = ThreadLocal.withInitial(() -> FOREIGN);

    private final FdWatcher descriptors = FdWatcher.start();
    private final long mappedBefore = mappedRings();
    private final List<Integer> peers = new ArrayList<>();
    private final Set<SocketRing> used = new HashSet<>();
    private boolean closed;

    final Sys sys = new NativeSys(CallStates.perThread());
    final FaultScript script = new FaultScript();
    final HandClock clock = new HandClock();
    final LogRecorder log = new LogRecorder("io.weft.netpoll");
    final FaultyUringSys kernel;
    final Netpoll netpoll;
    final UringPoller poller;

    /** What happens before an enter of the thread that has asked for it. */
    final HookedUringSys hooks;

    /** The errno with which the kernel refuses these calls for the time being, or 0. */
    volatile int refusal;

    volatile SysCall refused = SysCall.RING_ENTER;

    RingTest(RingSettings settings) {
        PROCESSOR.set(0);
        kernel =
                new FaultyUringSys(
                        new NativeUringSys(CallStates.perThread()),
                        (call, occurrence) ->
                                call == refused && refusal != 0
                                        ? Fault.failing(refusal)
                                        : script.next(call, occurrence));
        hooks = new HookedUringSys(kernel);
        PollerFactory factory =
                new PollerFactory(sys, new RingFactory(hooks, sys, settings), EpollPoller.BATCH);
        netpoll = new Netpoll(factory, 1, PROCESSOR::get, () -> clock);
        poller = (UringPoller) netpoll.poller(0);
    }

    @AfterEach
    final void nothingIsLeft() {
        refusal = 0;
        if (!closed) {
            netpoll.closeDescriptors();
            peers.forEach(sys::close);
            poll();
            poll();
            assertEverythingIsFree();
            netpoll.close();
        }
        log.close();
        descriptors.assertNothingLeaked(Duration.ofSeconds(5));
        assertThat(mappedRings()).isEqualTo(mappedBefore);
    }

    /** Ends the netpoll as a runtime does, with whatever is under way. */
    final void closeEarly() {
        closed = true;
        netpoll.closeDescriptors();
        netpoll.close();
        peers.forEach(sys::close);
    }

    private void assertEverythingIsFree() {
        for (SocketRing ring : used) {
            assertThat(ring.receiveBuffers().free())
                    .as("free buffers")
                    .isEqualTo(ring.receiveBuffers().count());
            ring.slots().forEach(desc -> assertThat(desc).as("left in its slot").isNull());
        }
        assertThat(poller.connections()).isZero();
    }

    private static long mappedRings() {
        try (var maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.filter(line -> line.contains("anon_inode:[io_uring]")).count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A connection on a ring, and the descriptor of its peer. */
    record Conn(DirectDesc desc, int peer) {}

    final Conn connect() {
        return connect(SocketPair.open(sys));
    }

    /** A connection that takes only a little from a writer before it is full. */
    final Conn connectNarrow() {
        SocketPair pair = SocketPair.open(sys);
        sys.setOption(pair.server(), Sockets.SOL_SOCKET, Sockets.SO_SNDBUF, SMALL_BUFFER);
        sys.setOption(pair.client(), Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, SMALL_BUFFER);
        return connect(pair);
    }

    private Conn connect(SocketPair pair) {
        peers.add(pair.client());
        DirectDesc desc = (DirectDesc) netpoll.openConnected(pair.server());
        used.add(desc.ring);
        return new Conn(desc, pair.client());
    }

    /** For one that the test closes itself. */
    final void closePeer(int peer) {
        peers.remove(Integer.valueOf(peer));
        sys.close(peer);
    }

    final void closePeerLater(int peer) {
        peers.add(peer);
    }

    /** A round of the M that finds at least nothing. */
    final int poll() {
        return poller.poll();
    }

    /** Rounds of the M until it is so. */
    final void pollUntil(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TestThread.PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("it never comes true").isNegative();
            poll();
        }
    }

    /** Rounds until the poller believes that its M stays. */
    final void becomeSteady() {
        for (int i = 0; i < 300; i++) {
            poll();
        }
    }

    /** Has another thread do it on the P. */
    final <T> T onAnotherM(Callable<T> body) throws Exception {
        return startOnAnotherM(body).result();
    }

    final <T> TestThread<T> startOnAnotherM(Callable<T> body) {
        return TestThread.start(
                () -> {
                    PROCESSOR.set(0);
                    return body.call();
                });
    }

    final void arm(DirectDesc desc) {
        desc.prepareRead();
        desc.ensureArmed(Direction.READ);
    }

    @SuppressWarnings("ReferenceEquality") // a state of a slot is an identity
    final boolean isReady(PollDesc desc, Direction direction) {
        return desc.slotVolatile(direction) == ReadinessSlots.READY;
    }

    /** What the peer sends. */
    final void peerSends(Conn conn, byte... bytes) {
        int sent = 0;
        while (sent < bytes.length) {
            sent += SocketPair.checked(sys.send(conn.peer(), bytes, sent, bytes.length - sent));
        }
    }

    /** All that the connection receives until it has so many bytes, by however many receives. */
    final byte[] receive(DirectDesc desc, int length) {
        byte[] into = new byte[length];
        int[] count = new int[1];
        pollUntil(
                () -> {
                    int answer = desc.recv(into, count[0], length - count[0]);
                    if (answer == -Errno.EAGAIN) {
                        arm(desc);
                        return false;
                    }
                    assertThat(answer).as("bytes").isPositive();
                    count[0] += answer;
                    return count[0] == length;
                });
        return into;
    }

    /** All that the peer receives until it has so many bytes, with rounds of the M. */
    final byte[] peerReceives(Conn conn, int length) {
        byte[] into = new byte[length];
        int[] count = new int[1];
        pollUntil(
                () -> {
                    int answer = sys.recv(conn.peer(), into, count[0], length - count[0]);
                    if (answer != -Errno.EAGAIN) {
                        assertThat(answer).as("bytes").isPositive();
                        count[0] += answer;
                    }
                    return count[0] == length;
                });
        return into;
    }

    /** What the peer's next receive answers once it does not have to wait. */
    final int peerAnswer(Conn conn) {
        int[] answer = new int[1];
        pollUntil(
                () -> {
                    answer[0] = sys.recv(conn.peer(), new byte[1], 0, 1);
                    return answer[0] != -Errno.EAGAIN;
                });
        return answer[0];
    }

    /**
     * Writes until the socket is full and something is left over; how many bytes were taken. What
     * is on its way to the peer makes room for a little more when it has arrived: so it is full
     * only when it stays so.
     */
    final int fill(DirectDesc desc) throws InterruptedException {
        int taken = 0;
        long deadline = System.nanoTime() + TestThread.PATIENCE.toNanos();
        for (int quietRounds = 0; quietRounds < QUIET_ROUNDS; quietRounds++) {
            assertThat(System.nanoTime() - deadline).as("it never gets full").isNegative();
            while (!desc.is(DirectDesc.BLOCKED)) {
                byte[] next = pattern(taken, 13);
                int answer = desc.send(next, 0, next.length);
                taken += Math.max(answer, 0);
                poll();
                quietRounds = 0;
            }
            Thread.sleep(1);
            poll();
        }
        return taken;
    }

    /** Bytes {@code first} and the following of a stream in which no part looks like another. */
    static byte[] pattern(int first, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            int position = first + i;
            bytes[i] = (byte) (position * 31 + (position >> 8));
        }
        return bytes;
    }
}
