package io.weft.sync;

import static io.weft.verify.lincheck.Interleavings.breaks;
import static io.weft.verify.lincheck.Interleavings.check;
import static io.weft.verify.lincheck.Interleavings.holds;
import static io.weft.verify.lincheck.Interleavings.shared;
import static io.weft.verify.lincheck.Interleavings.together;

import io.weft.sync.BrokenCall.Mistake;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Channels: no value is lost, none comes twice, and nobody waits for ever. */
@Timeout(240)
class ChanInterleavingsTest {

    /** What the scenarios ask of a call that waits: a real one, or a twin with a mistake. */
    interface Call {

        void begin();

        boolean claim();

        void decide(int winner, Object value);

        /** The case that has won. */
        int await();

        Object received();
    }

    private record Real(Blocked blocked) implements Call {

        @Override
        public void begin() {
            blocked.begin();
        }

        @Override
        public boolean claim() {
            return blocked.claim();
        }

        @Override
        public void decide(int winner, Object value) {
            LockSupport.unpark(blocked.decide(winner, value, false));
        }

        @Override
        public int await() {
            try {
                return blocked.await(this, false, 0);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public Object received() {
            return Objects.requireNonNull(blocked.received());
        }
    }

    @Test
    void anUnbufferedChannelHandsOver() {
        holds(() -> senderAgainstReceiver(Chan.unbuffered()));
    }

    @Test
    void aBufferedChannelHandsOver() {
        holds(() -> senderAgainstReceiver(Chan.buffered(1)));
    }

    @Test
    void aBufferOfTwoHandsOver() {
        holds(() -> senderAgainstReceiver(Chan.buffered(2)));
    }

    @Test
    void aCloseMeetsASenderAndASelect() {
        holds(() -> closeAgainstSenderAndSelect(Chan.unbuffered()));
    }

    @Test
    void aCloseEndsTheReceiversWait() {
        holds(
                () -> {
                    Chan<Integer> channel = shared(Chan.unbuffered());
                    together(
                            () -> check(receive(channel) == 0, "a value out of nothing"),
                            channel::close);
                });
    }

    @Test
    void aSelectTakesOneOfTwoAndLeavesTheOther() {
        holds(() -> selectAgainstTwoSenders());
    }

    @Test
    void oneOfTwoDecides() {
        holds(() -> callAgainstTwo(new Real(new Blocked())));
    }

    @Test
    void aClaimInTwoStepsIsFound() {
        breaks(() -> callAgainstTwo(new BrokenCall(Mistake.CLAIM_IN_TWO_STEPS)));
    }

    @Test
    void aResultThatFollowsTheDecisionIsFound() {
        breaks(() -> callAgainstTwo(new BrokenCall(Mistake.RESULT_AFTER_DECISION)));
    }

    private static void senderAgainstReceiver(Chan<Integer> unshared) {
        Chan<Integer> channel = shared(unshared);
        together(
                () -> {
                    send(channel, 1);
                    send(channel, 2);
                },
                () -> {
                    check(receive(channel) == 1, "not the first");
                    check(receive(channel) == 2, "not the second");
                });
    }

    /** The value is received, or its sender is told; and the select ends in any case. */
    private static void closeAgainstSenderAndSelect(Chan<Integer> unshared) {
        Chan<Integer> channel = shared(unshared);
        Chan<Integer> other = shared(Chan.unbuffered());
        AtomicInteger sent = shared(new AtomicInteger());
        AtomicInteger received = shared(new AtomicInteger());
        together(
                () -> received.addAndGet(selected(newSelect(channel, other), channel, other)),
                () -> sent.addAndGet(sendUnlessClosed(channel)),
                channel::close);
        check(sent.get() == received.get(), "lost, or out of nothing");
    }

    private static Select newSelect(Chan<Integer> left, Chan<Integer> right) {
        Select select = new Select();
        select.receive(left);
        select.receive(right);
        return select;
    }

    private static int sendUnlessClosed(Chan<Integer> channel) {
        try {
            channel.send(1);
            return 1;
        } catch (ClosedChanException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void selectAgainstTwoSenders() {
        Chan<Integer> left = shared(Chan.buffered(1));
        Chan<Integer> right = shared(Chan.buffered(1));
        AtomicInteger sum = shared(new AtomicInteger());
        together(
                () -> {
                    Select select = newSelect(left, right);
                    sum.addAndGet(selected(select, left, right));
                    sum.addAndGet(selected(select, left, right));
                    check(sum.get() == 3, "lost or doubled");
                },
                () -> send(left, 1),
                () -> send(right, 2));
    }

    private static int selected(Select select, Chan<Integer> left, Chan<Integer> right) {
        try {
            Integer value = select.await() == 0 ? select.received(left) : select.received(right);
            return value == null ? 0 : value;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void callAgainstTwo(Call unshared) {
        Call call = shared(unshared);
        AtomicInteger claims = shared(new AtomicInteger());
        AtomicBoolean queued = shared(new AtomicBoolean());
        together(
                () -> {
                    call.begin();
                    queued.set(true);
                    int winner = call.await();
                    check(call.received().equals(winner), "the result of another");
                },
                () -> claimAndDecide(call, queued, claims, 0),
                () -> claimAndDecide(call, queued, claims, 1));
    }

    private static void claimAndDecide(
            Call call, AtomicBoolean queued, AtomicInteger claims, int winner) {
        while (!queued.get()) {
            Thread.onSpinWait();
        }
        if (call.claim()) {
            check(claims.incrementAndGet() == 1, "claimed twice");
            call.decide(winner, winner);
        }
    }

    private static void send(Chan<Integer> channel, int value) {
        try {
            channel.send(value);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The value, or 0 at the end. */
    private static int receive(Chan<Integer> channel) {
        try {
            Integer value = channel.receive();
            return value == null ? 0 : value;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
