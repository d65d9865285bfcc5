package io.weft.netpoll;

import static io.weft.verify.lincheck.Interleavings.breaks;
import static io.weft.verify.lincheck.Interleavings.check;
import static io.weft.verify.lincheck.Interleavings.holds;
import static io.weft.verify.lincheck.Interleavings.shared;
import static io.weft.verify.lincheck.Interleavings.together;

import io.weft.linux.Epoll;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A descriptor number that is closed and given out again: no event of the first use gets there. */
@Timeout(240)
class ReuseInterleavingsTest {

    /** Delivers an event of the first use of the number. */
    private interface Delivery {
        void deliver(Netpoll netpoll, PollDesc first, AtomicReference<@Nullable PollDesc> second);
    }

    @Test
    void aStaleEventIsDropped() {
        holds(
                () ->
                        reuse(
                                (netpoll, first, second) -> {
                                    EpollPoller poller = (EpollPoller) netpoll.poller(0);
                                    long data = EpollPoller.data(first.fd(), first.generation());
                                    poller.deliver(data, Epoll.EPOLLIN);
                                }));
    }

    @Test
    void aDeliveryThatComparesNoGenerationsIsFound() {
        breaks(
                () ->
                        reuse(
                                (netpoll, first, second) -> {
                                    PollDesc present = second.get();
                                    (present == null ? first : present).deliver(Epoll.EPOLLIN);
                                }));
    }

    private static void reuse(Delivery delivery) {
        TinyKernel kernel = shared(new TinyKernel());
        Netpoll netpoll = shared(new Netpoll(kernel.sys(), 1, () -> 0, 1));
        PollDesc first = shared(netpoll.open(TinyKernel.TESTED_FD));
        AtomicReference<@Nullable PollDesc> second = new AtomicReference<@Nullable PollDesc>();
        together(
                () -> readUntilItEnds(first),
                () -> {
                    first.close();
                    first.awaitClosed();
                    check(kernel.closes.get() == 1, "awaitClosed returned too early");
                    second.set(netpoll.open(TinyKernel.TESTED_FD));
                },
                // Last: now and then Lincheck lets the threads of this scenario run by themselves,
                // and those that are started first are through first.
                () -> delivery.deliver(netpoll, first, second));
        PollDesc reused = Objects.requireNonNull(second.get());
        check(
                reused.slotVolatile(Direction.READ) == null,
                "an event of the first use reached the second");
        reused.close(); // not the netpoll: its walk over the table looks like a hang to Lincheck
        check(kernel.closes.get() == 2, "not every use was closed once");
    }

    private static void readUntilItEnds(PollDesc descriptor) {
        if (!descriptor.lockRead()) {
            return;
        }
        try {
            descriptor.prepareRead();
            check(descriptor.awaitRead() != Wait.INTERRUPTED, "nobody interrupts");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } finally {
            descriptor.unlockRead();
        }
    }
}
