package io.weft.linux;

import static io.weft.linux.TcpPair.PATIENCE_NANOS;
import static io.weft.linux.TcpPair.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** A ring with the short ways that its tests share. */
final class TestRing implements AutoCloseable {

    static final UringSys URING_SYS = new NativeUringSys(CallStates.perThread());

    /** What was read of a completion. */
    record Completion(long userData, int result, int flags) {

        boolean more() {
            return (flags & IoUring.IORING_CQE_F_MORE) != 0;
        }

        boolean hasBuffer() {
            return (flags & IoUring.IORING_CQE_F_BUFFER) != 0;
        }

        int buffer() {
            return CompletionQueue.bufferId(flags);
        }
    }

    final Uring ring;
    final SubmissionQueue submissions;
    final CompletionQueue completions;
    final SocketEntries sockets;
    final ControlEntries control;

    private TestRing(Uring ring) {
        this.ring = ring;
        submissions = ring.submissions();
        completions = ring.completions();
        sockets = ring.sockets();
        control = ring.control();
    }

    static TestRing open(int entries) {
        return open(UringOptions.of(entries, 0));
    }

    static TestRing open(UringOptions options) {
        Uring[] into = new Uring[1];
        ok(Uring.open(URING_SYS, options, into));
        return new TestRing(into[0]);
    }

    /** A free entry; there must be one. */
    int next() {
        return ok(submissions.next());
    }

    /** Gives the entry its user data, hands it over alone, and sees that the kernel took it. */
    void submit(int sqe, long userData) {
        submissions.userData(sqe, userData);
        submissions.publish();
        assertThat(ring.enter(submissions.pending(), 0, 0, 0)).isEqualTo(1);
    }

    /** Waits for one completion at least, and takes the first. */
    Completion take() {
        if (completions.ready() == 0) {
            ok(ring.enter(0, 1, 0, PATIENCE_NANOS));
        }
        Completion first =
                new Completion(
                        completions.userData(0), completions.result(0), completions.flags(0));
        completions.advance(1);
        return first;
    }

    List<Completion> take(int count) {
        List<Completion> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(take());
        }
        return taken;
    }

    /** Submits the entry, and takes the completion that must be its own. */
    Completion complete(int sqe) {
        long userData = 0x7e57_0000L + sqe;
        submit(sqe, userData);
        Completion completion = take();
        assertThat(completion.userData()).isEqualTo(userData);
        return completion;
    }

    /** The result of an entry that must succeed. */
    int succeed(int sqe) {
        return ok(complete(sqe).result());
    }

    ProvidedBuffers provide(int group, BufferShape shape) {
        ProvidedBuffers[] into = new ProvidedBuffers[1];
        ok(ProvidedBuffers.register(ring, group, shape, into));
        return into[0];
    }

    /** Sees that nothing completes that was not asked for. */
    void quiet() {
        ring.enter(0, 0, IoUring.IORING_ENTER_GETEVENTS, 0);
        assertThat(completions.ready()).isZero();
    }

    @Override
    public void close() {
        ring.close();
    }
}
