package io.weft.linux;

import static io.weft.linux.IoUring.IORING_ENTER_GETEVENTS;
import static io.weft.linux.IoUring.IORING_SETUP_NO_SQARRAY;
import static io.weft.linux.IoUring.IORING_SQ_CQ_OVERFLOW;
import static io.weft.linux.TcpPair.PATIENCE_NANOS;
import static io.weft.linux.TcpPair.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two queues as such: order, fullness, overflow. */
@Timeout(30)
class UringQueueTest {

    private static final int ENTRIES = 4;

    @ParameterizedTest
    @ValueSource(ints = {0, IORING_SETUP_NO_SQARRAY})
    void manyLapsLoseAndRepeatNothing(int flags) {
        try (TestRing ring = TestRing.open(UringOptions.of(ENTRIES, flags))) {
            List<Long> seen = new ArrayList<>();
            for (long lap = 0; lap < 50; lap++) {
                for (int i = 0; i < 3; i++) {
                    nop(ring, lap * 3 + i);
                }
                ring.submissions.publish();
                assertThat(ring.submissions.pending()).isEqualTo(3);
                assertThat(ring.ring.enter(3, 3, 0, PATIENCE_NANOS)).isEqualTo(3);
                assertThat(ring.submissions.pending()).isZero();
                ring.take(3).forEach(completion -> seen.add(completion.userData()));
            }
            assertThat(seen).isEqualTo(LongStream.range(0, 150).boxed().toList());
            assertThat(ring.submissions.dropped()).isZero();
        }
    }

    @Test
    void fullQueueAnswersMinusOneAndGoesOnAfterAnEnter() {
        try (TestRing ring = TestRing.open(ENTRIES)) {
            assertThat(ring.submissions.capacity()).isEqualTo(ENTRIES);
            for (int i = 0; i < ENTRIES; i++) {
                nop(ring, i);
            }
            assertThat(ring.submissions.next()).isEqualTo(-1);
            ring.submissions.publish();
            assertThat(ring.submissions.next()).isEqualTo(-1);
            assertThat(ring.ring.enter(2, 0, 0, 0)).isEqualTo(2);
            assertThat(ring.submissions.pending()).isEqualTo(2);
            nop(ring, 4);
            nop(ring, 5);
            assertThat(ring.submissions.next()).isEqualTo(-1);
            ring.submissions.publish();
            assertThat(ring.ring.enter(ring.submissions.pending(), 0, 0, 0)).isEqualTo(4);
            assertThat(ring.take(6).stream().map(TestRing.Completion::userData))
                    .containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        }
    }

    @Test
    void entriesAreNotSeenBeforeTheyArePublished() {
        try (TestRing ring = TestRing.open(ENTRIES)) {
            nop(ring, 1);
            assertThat(ring.submissions.pending()).isZero();
            assertThat(ring.ring.enter(1, 0, 0, 0)).isZero();
            ring.submissions.publish();
            assertThat(ring.ring.enter(1, 0, 0, 0)).isEqualTo(1);
            assertThat(ring.take().userData()).isEqualTo(1);
        }
    }

    /** The batch is larger than what is made as a critical call. */
    @Test
    void largeBatchIsTakenWhole() {
        int count = 4 * UringSys.MAX_CRITICAL_SUBMIT;
        try (TestRing ring = TestRing.open(count)) {
            for (int i = 0; i < count; i++) {
                nop(ring, i);
            }
            ring.submissions.publish();
            assertThat(ring.ring.enter(count, 0, 0, 0)).isEqualTo(count);
            assertThat(ring.completions.ready()).isEqualTo(count);
            for (int i = 0; i < count; i++) {
                assertThat(ring.completions.userData(i)).isEqualTo(i);
                assertThat(ring.completions.result(i)).isZero();
            }
            ring.completions.advance(count);
            assertThat(ring.completions.ready()).isZero();
        }
    }

    @Test
    void overflowIsFlaggedAndFlushedAndLosesNothing() {
        int count = 12;
        try (TestRing ring = TestRing.open(new UringOptions(2, 2, 0))) {
            assertThat(ring.completions.capacity()).isEqualTo(2);
            assertThat(ring.submissions.ringFlags()).isZero();
            for (int i = 0; i < count; i++) {
                int sqe = ring.next();
                ring.control.nop(sqe);
                ring.submit(sqe, i);
            }
            assertThat(ring.submissions.ringFlags() & IORING_SQ_CQ_OVERFLOW).isNotZero();
            List<Long> seen = new ArrayList<>();
            for (int round = 0; round < count; round++) {
                while (ring.completions.ready() > 0) {
                    seen.add(ring.take().userData());
                }
                ok(ring.ring.enter(0, 0, IORING_ENTER_GETEVENTS, 0));
            }
            assertThat(seen).isEqualTo(LongStream.range(0, count).boxed().toList());
            assertThat(ring.submissions.ringFlags() & IORING_SQ_CQ_OVERFLOW).isZero();
            assertThat(ring.completions.lost()).isZero();
        }
    }

    @Test
    void completionsThatAreNotReadyCannotBeGivenBack() {
        try (TestRing ring = TestRing.open(ENTRIES)) {
            assertThatIllegalArgumentException().isThrownBy(() -> ring.completions.advance(1));
            assertThatIllegalArgumentException().isThrownBy(() -> ring.completions.advance(-1));
            assertThat(ring.completions.ready()).isZero();
        }
    }

    @Test
    void successCanBeSilent() {
        try (TestRing ring = TestRing.open(ENTRIES)) {
            int sqe = nop(ring, 1);
            ring.submissions.addFlags(sqe, IoUring.IOSQE_CQE_SKIP_SUCCESS);
            nop(ring, 2);
            ring.submissions.publish();
            assertThat(ring.ring.enter(2, 0, 0, 0)).isEqualTo(2);
            assertThat(ring.take().userData()).isEqualTo(2);
            ring.quiet();
        }
    }

    private static int nop(TestRing ring, long userData) {
        int sqe = ring.next();
        ring.control.nop(sqe);
        ring.submissions.userData(sqe, userData);
        return sqe;
    }
}
