package io.weft.netpoll;

import static io.weft.verify.lincheck.Interleavings.breaks;
import static io.weft.verify.lincheck.Interleavings.check;
import static io.weft.verify.lincheck.Interleavings.holds;
import static io.weft.verify.lincheck.Interleavings.shared;
import static io.weft.verify.lincheck.Interleavings.together;

import io.weft.netpoll.BrokenSlot.Mistake;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waiting for readiness: no edge is forgotten, and a close ends every wait. */
@Timeout(240)
class SlotInterleavingsTest {

    private static final int PIECES = 2;

    /** What the scenarios ask of a slot: a real one, or a twin with a mistake. */
    interface Slot {

        void prepare();

        Wait await();

        void ready();

        void close();
    }

    private static final class RealSlots extends ReadinessSlots {

        @Override
        void closeDescriptor() {}
    }

    /** The read slot of a real descriptor. */
    private record Real(RealSlots slots) implements Slot {

        Real() {
            this(new RealSlots());
        }

        @Override
        public void prepare() {
            slots.prepare(Direction.READ);
        }

        @Override
        public Wait await() {
            return slots.await(Direction.READ);
        }

        @Override
        public void ready() {
            slots.ready(Direction.READ);
        }

        @Override
        public void close() {
            slots.close();
        }
    }

    @Test
    void aReaderGetsAllThatArrives() {
        holds(() -> readerAgainstPoller(new Real()));
    }

    @Test
    void aCloseEndsTheWait() {
        holds(() -> readerAgainstCloser(new Real()));
    }

    @Test
    void aCloseEndsTheWaitWhateverArrives() {
        holds(() -> readerAgainstPollerAndCloser(new Real()));
    }

    @Test
    void aWaiterThatDoesNotLookAgainIsFound() {
        breaks(() -> readerAgainstCloser(new BrokenSlot(Mistake.NO_SECOND_LOOK)));
    }

    @Test
    void aPollerThatDropsReadinessIsFound() {
        breaks(() -> readerAgainstPoller(new BrokenSlot(Mistake.READINESS_NOT_KEPT)));
    }

    @Test
    void aWaiterThatEntersOverReadinessIsFound() {
        breaks(() -> readerAgainstPoller(new BrokenSlot(Mistake.BLIND_ENTER)));
    }

    private static void readerAgainstPoller(Slot slot) {
        AtomicInteger socket = shared(new AtomicInteger());
        together(
                () -> check(readAll(shared(slot), socket) == PIECES, "a piece is missing"),
                () -> {
                    for (int i = 0; i < PIECES; i++) {
                        socket.getAndIncrement(); // arrives, then raises an edge
                        slot.ready();
                    }
                });
    }

    private static void readerAgainstCloser(Slot slot) {
        AtomicInteger socket = shared(new AtomicInteger());
        together(() -> readAll(shared(slot), socket), slot::close);
    }

    private static void readerAgainstPollerAndCloser(Slot slot) {
        AtomicInteger socket = shared(new AtomicInteger());
        together(
                () -> readAll(shared(slot), socket),
                () -> {
                    socket.getAndIncrement();
                    slot.ready();
                },
                slot::close);
    }

    /** Reads until all pieces have come, or the descriptor is closed; tells how many came. */
    private static int readAll(Slot slot, AtomicInteger socket) {
        int got = 0;
        while (got < PIECES) {
            slot.prepare();
            int received = socket.getAndSet(0); // recv: all that is there, or EAGAIN
            got += received;
            if (received == 0 && slot.await() != Wait.READY) {
                return got;
            }
        }
        return got;
    }
}
