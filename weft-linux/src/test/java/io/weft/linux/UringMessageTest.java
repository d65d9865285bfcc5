package io.weft.linux;

import static io.weft.linux.TcpPair.SYS;
import static io.weft.linux.TcpPair.ok;
import static io.weft.linux.UringOps.IORING_FILE_INDEX_ALLOC;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages from one ring to another. */
@Timeout(30)
class UringMessageTest {

    private final TestRing sender = TestRing.open(4);
    private final TestRing receiver = TestRing.open(4);

    @AfterEach
    void close() {
        sender.close();
        receiver.close();
    }

    @Test
    void messageIsACompletionOfTheOtherRing() {
        int sqe = sender.next();
        sender.control.message(sqe, receiver.ring.fd(), 0x1234_5678_9abc_def0L, 77);
        assertThat(sender.succeed(sqe)).isZero();
        TestRing.Completion message = receiver.take();
        assertThat(message.userData()).isEqualTo(0x1234_5678_9abc_def0L);
        assertThat(message.result()).isEqualTo(77);
        sender.quiet();
    }

    @Test
    void messageToNoRingIsRefused() {
        int eventfd = ok(SYS.eventfd());
        int sqe = sender.next();
        sender.control.message(sqe, eventfd, 1, 0);
        assertThat(sender.complete(sqe).result()).isEqualTo(-Errno.EBADFD);
        ok(SYS.close(eventfd));
    }

    @Test
    void descriptorGoesFromTableToTable() {
        ok(sender.ring.directTable().register(2));
        ok(receiver.ring.directTable().register(2));
        try (TcpPair pair = TcpPair.open();
                Arena arena = Arena.ofConfined()) {
            ok(sender.ring.directTable().update(1, pair.client));
            int sqe = sender.next();
            sender.control.messageFd(sqe, receiver.ring.fd(), 1, IORING_FILE_INDEX_ALLOC, 9);
            assertThat(sender.succeed(sqe)).isZero();
            assertThat(receiver.take().userData()).isEqualTo(9);

            int explicit = sender.next();
            sender.control.messageFd(explicit, receiver.ring.fd(), 1, 1, 10);
            assertThat(sender.succeed(explicit)).isZero();
            assertThat(receiver.take().userData()).isEqualTo(10);

            int full = sender.next();
            sender.control.messageFd(full, receiver.ring.fd(), 1, IORING_FILE_INDEX_ALLOC, 11);
            assertThat(sender.complete(full).result()).isEqualTo(-Errno.ENFILE);
            receiver.quiet();

            MemorySegment memory = arena.allocate(1);
            for (int slot = 0; slot < 2; slot++) {
                int send = receiver.next();
                receiver.sockets.send(send, slot, memory.address(), 1, 0);
                receiver.submissions.addFlags(send, IoUring.IOSQE_FIXED_FILE);
                assertThat(receiver.succeed(send)).isEqualTo(1);
            }
        }
    }
}
