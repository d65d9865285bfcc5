package io.weft.linux;

import static io.weft.linux.TcpPair.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opening and closing, with and without faults. */
@Timeout(30)
class UringTest {

    private static final int GROUP = 1;
    private static final BufferShape SHAPE = new BufferShape(2, 16, 16);

    private final FaultyUringSys sys = new FaultyUringSys();
    private final Uring[] into = new Uring[1];

    @Test
    void closedRingLeavesNothing() {
        ok(Uring.open(sys, UringOptions.of(4, 0), into));
        assertThat(sys.open).containsExactly(into[0].fd());
        assertThat(sys.mapped).isNotEmpty();
        assertThat(into[0].isOpen()).isTrue();
        into[0].close();
        into[0].close();
        assertThat(into[0].isOpen()).isFalse();
        nothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                Errno.EPERM,
                Errno.EACCES,
                Errno.ENOSYS,
                Errno.ENOMEM,
                Errno.EMFILE,
                Errno.ENFILE,
                Errno.EINVAL
            })
    void refusedSetupIsAnswered(int errno) {
        sys.setupAnswer = -errno;
        assertThat(Uring.open(sys, UringOptions.of(4, 0), into)).isEqualTo(-errno);
        assertThat(into[0]).isNull();
        nothingIsLeft();
    }

    /** The queues, the entries, the operands; with a mapping for each queue one more. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void failedMapLeavesNothing(int number) {
        sys.failingMap = number;
        assertThat(Uring.open(sys, UringOptions.of(4, 0), into)).isEqualTo(-Errno.ENOMEM);
        assertThat(sys.maps).isEqualTo(number);
        nothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void failedMapOfTwoQueuesLeavesNothing(int number) {
        sys.deniedFeatures = IoUring.IORING_FEAT_SINGLE_MMAP;
        sys.failingMap = number;
        sys.mapAnswer = -Errno.EAGAIN;
        assertThat(Uring.open(sys, UringOptions.of(4, 0), into)).isEqualTo(-Errno.EAGAIN);
        assertThat(sys.maps).isEqualTo(number);
        nothingIsLeft();
    }

    @Test
    void queuesWorkFromMappingsOfTheirOwn() {
        sys.deniedFeatures = IoUring.IORING_FEAT_SINGLE_MMAP;
        ok(Uring.open(sys, UringOptions.of(2, 0), into));
        try (Uring ring = into[0]) {
            assertThat(sys.mapped).hasSize(4);
            for (int i = 0; i < 5; i++) {
                int sqe = ring.submissions().next();
                ring.control().nop(sqe);
                ring.submissions().userData(sqe, i);
                ring.submissions().publish();
                assertThat(ring.enter(1, 1, 0, -1)).isEqualTo(1);
                assertThat(ring.completions().ready()).isEqualTo(1);
                assertThat(ring.completions().userData(0)).isEqualTo(i);
                ring.completions().advance(1);
            }
        }
        nothingIsLeft();
    }

    @Test
    void sizesAreTheKernels() {
        ok(Uring.open(sys, new UringOptions(3, 100, 0), into));
        try (Uring ring = into[0]) {
            assertThat(ring.submissions().capacity()).isEqualTo(4);
            assertThat(ring.completions().capacity()).isEqualTo(128);
            assertThat(ring.features() & IoUring.IORING_FEAT_NODROP).isNotZero();
            assertThat(ring.flags()).isEqualTo(IoUring.IORING_SETUP_CQSIZE);
        }
    }

    @Test
    void optionsOutsideTheirRangeAreNamed() {
        List<ThrowingCallable> wrong =
                List.of(
                        () -> UringOptions.of(0, 0),
                        () -> UringOptions.of(UringOptions.MAX_ENTRIES + 1, 0),
                        () -> new UringOptions(4, 2, 0),
                        () -> new UringOptions(4, 2 * UringOptions.MAX_ENTRIES + 1, 0),
                        () -> UringOptions.of(4, 1 << 10));
        wrong.forEach(call -> assertThatIllegalArgumentException().isThrownBy(call));
    }

    @Test
    void useAfterTheEndThrows() {
        ok(Uring.open(sys, UringOptions.of(4, 0), into));
        Uring ring = into[0];
        int sqe = ring.submissions().next();
        ring.close();
        List<ThrowingCallable> uses =
                List.of(
                        () -> ring.enter(0, 0, 0, 0),
                        () -> ring.enter(0, 1, 0, -1),
                        () -> ring.enterRegistered(0, 0, 0, 0, 0),
                        () -> ring.directTable().register(1),
                        () -> ring.registrations().registerRingFd(),
                        () -> ring.registrations().syncCancel(0, 0, 0),
                        () -> ring.submissions().publish(),
                        () -> ring.submissions().pending(),
                        () -> ring.submissions().ringFlags(),
                        () -> ring.submissions().userData(sqe, 1),
                        () -> ring.submissions().addFlags(sqe, 1),
                        () -> ring.control().nop(sqe),
                        () -> ring.control().timeout(sqe, 1, 0, 0),
                        () -> ring.sockets().send(sqe, 0, 0, 0, 0),
                        () -> ring.completions().ready(),
                        () -> ring.completions().result(0),
                        () -> ring.completions().userData(0),
                        () -> ring.completions().advance(0));
        uses.forEach(use -> assertThatIllegalStateException().isThrownBy(use));
    }

    /** The end comes while another thread reads the queues again and again. */
    @Test
    void endUnderAReaderThrowsThereAndDoesNotCrash() {
        ok(Uring.open(sys, UringOptions.of(4, 0), into));
        CompletableFuture<Void> reading = new CompletableFuture<>();
        CompletableFuture<Void> reader =
                CompletableFuture.runAsync(
                        () -> {
                            while (true) {
                                into[0].completions().ready();
                                into[0].submissions().pending();
                                reading.complete(null);
                            }
                        },
                        task -> Thread.ofPlatform().start(task));
        reading.join();
        into[0].close();
        assertThat(reader)
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withCauseInstanceOf(IllegalStateException.class);
        nothingIsLeft();
    }

    @Test
    void buffersEndWithOrBeforeTheirRing() {
        ok(Uring.open(sys, UringOptions.of(4, 0), into));
        ProvidedBuffers[] buffers = new ProvidedBuffers[1];
        ok(ProvidedBuffers.register(into[0], GROUP, SHAPE, buffers));
        assertThat(ProvidedBuffers.register(into[0], GROUP, SHAPE, new ProvidedBuffers[1]))
                .isEqualTo(-Errno.EEXIST);
        buffers[0].close();
        buffers[0].close();
        assertThatIllegalStateException().isThrownBy(() -> buffers[0].add(0));
        assertThatIllegalStateException().isThrownBy(() -> buffers[0].publish());
        ok(ProvidedBuffers.register(into[0], GROUP, SHAPE, buffers));
        into[0].close();
        buffers[0].close();
        nothingIsLeft();
    }

    @Test
    void failedRegistrationOfBuffersLeavesNothing() {
        ok(Uring.open(sys, UringOptions.of(4, 0), into));
        try (Uring ring = into[0]) {
            int before = sys.mapped.size();
            sys.registerAnswer = -Errno.ENOMEM;
            assertThat(ProvidedBuffers.register(ring, GROUP, SHAPE, new ProvidedBuffers[1]))
                    .isEqualTo(-Errno.ENOMEM);
            sys.failingMap = sys.maps + 1;
            assertThat(ProvidedBuffers.register(ring, GROUP, SHAPE, new ProvidedBuffers[1]))
                    .isEqualTo(-Errno.ENOMEM);
            assertThat(sys.mapped).hasSize(before);
        }
    }

    @Test
    void buffersLieAtTheirStride() {
        ok(Uring.open(sys, UringOptions.of(4, 0), into));
        ProvidedBuffers[] buffers = new ProvidedBuffers[1];
        BufferShape shape = new BufferShape(8, 100, 192);
        ok(ProvidedBuffers.register(into[0], GROUP, shape, buffers));
        try (Uring ring = into[0];
                ProvidedBuffers provided = buffers[0]) {
            assertThat(ring.isOpen()).isTrue();
            assertThat(provided.group()).isEqualTo(GROUP);
            assertThat(provided.shape()).isEqualTo(shape);
            long first = provided.segment(0).address();
            for (int id = 0; id < shape.count(); id++) {
                assertThat(provided.segment(id).byteSize()).isEqualTo(100);
                assertThat(provided.segment(id).address()).isEqualTo(first + id * 192L);
            }
        }
    }

    @Test
    void shapesOutsideTheirRangeAreNamed() {
        List<ThrowingCallable> wrong =
                List.of(
                        () -> new BufferShape(0, 1, 1),
                        () -> new BufferShape(3, 1, 1),
                        () -> new BufferShape(2 * BufferShape.MAX_COUNT, 1, 1),
                        () -> new BufferShape(1, 0, 1),
                        () -> new BufferShape(1, 2, 1));
        wrong.forEach(call -> assertThatIllegalArgumentException().isThrownBy(call));
    }

    @Test
    void rehearsalLeavesNothing() {
        UringRehearsal.play(sys);
        nothingIsLeft();
        sys.setupAnswer = -Errno.EPERM;
        UringRehearsal.play(sys);
        nothingIsLeft();
        new NativeUringSys(CallStates.perThread()).rehearse();
    }

    private void nothingIsLeft() {
        assertThat(sys.open).isEmpty();
        assertThat(sys.mapped).isEmpty();
    }
}
