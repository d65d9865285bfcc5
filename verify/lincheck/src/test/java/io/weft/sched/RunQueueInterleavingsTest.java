package io.weft.sched;

import static io.weft.verify.lincheck.Interleavings.breaks;
import static io.weft.verify.lincheck.Interleavings.holds;
import static io.weft.verify.lincheck.Interleavings.shared;
import static io.weft.verify.lincheck.Interleavings.together;

import io.weft.sched.BrokenRing.Mistake;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The local run queue: its owner pushes, pops and overflows, thieves steal; nothing gets lost. */
@Timeout(120)
class RunQueueInterleavingsTest {

    private static final int CAPACITY = 4;

    @Test
    void ownerAndThiefShareWhatIsThere() {
        holds(() -> ownerAndThief(() -> new Ring.Real(CAPACITY)));
    }

    @Test
    void twoThievesShareWhatIsThere() {
        holds(() -> twoThieves(() -> new Ring.Real(CAPACITY)));
    }

    @Test
    void aFullRingOverflowsUnderTheHandsOfAThief() {
        holds(() -> overflow(() -> new Ring.Real(CAPACITY)));
    }

    @Test
    void slotsAreReusedOnlyWhenTheyWereRead() {
        holds(() -> reuse(() -> new Ring.Real(2)));
    }

    @Test
    void aThiefThatMovesTheHeadFirstIsFound() {
        breaks(() -> reuse(() -> new BrokenRing(Mistake.HEAD_BEFORE_SLOTS, 2)));
    }

    @Test
    void anOwnerThatPopsWithoutCompareAndSetIsFound() {
        breaks(() -> ownerAndThief(() -> new BrokenRing(Mistake.POP_WITHOUT_CAS, CAPACITY)));
    }

    @Test
    void anOwnerThatPublishesTheTailFirstIsFound() {
        breaks(() -> ownerAndThief(() -> new BrokenRing(Mistake.TAIL_BEFORE_SLOT, CAPACITY)));
    }

    private static void ownerAndThief(Supplier<Ring> rings) {
        Tasks tasks = shared(new Tasks(4));
        Ring ring = shared(wound(rings.get()));
        Ring thief = shared(rings.get());
        ring.push(tasks.task(0));
        ring.push(tasks.task(1));
        together(
                () -> {
                    Tasks.run(ring.pop());
                    ring.push(tasks.task(2));
                    ring.push(tasks.task(3));
                    Tasks.run(ring.pop());
                },
                () -> steal(ring, thief, 2));
        drain(ring);
        drain(thief);
        tasks.checkEachRanOnce();
    }

    private static void twoThieves(Supplier<Ring> rings) {
        Tasks tasks = shared(new Tasks(4));
        Ring ring = shared(wound(rings.get()));
        Ring first = shared(rings.get());
        Ring second = shared(rings.get());
        for (int i = 0; i < 3; i++) {
            ring.push(tasks.task(i));
        }
        together(
                () -> steal(ring, first, 1),
                () -> steal(ring, second, 1),
                () -> {
                    ring.push(tasks.task(3));
                    Tasks.run(ring.pop());
                });
        drain(ring);
        drain(first);
        drain(second);
        tasks.checkEachRanOnce();
    }

    private static void overflow(Supplier<Ring> rings) {
        Tasks tasks = shared(new Tasks(CAPACITY + 2));
        Ring ring = shared(wound(rings.get()));
        Ring thief = shared(rings.get());
        for (int i = 0; i < CAPACITY; i++) {
            ring.push(tasks.task(i));
        }
        together(
                () -> {
                    pushOrOverflow(ring, tasks.task(CAPACITY));
                    pushOrOverflow(ring, tasks.task(CAPACITY + 1));
                },
                () -> steal(ring, thief, 2));
        drain(ring);
        drain(thief);
        tasks.checkEachRanOnce();
    }

    /** A full ring of two: the slot that a thief reads is the next that the owner writes. */
    private static void reuse(Supplier<Ring> rings) {
        Tasks tasks = shared(new Tasks(3));
        Ring ring = shared(wound(rings.get()));
        Ring thief = shared(rings.get());
        ring.push(tasks.task(0));
        ring.push(tasks.task(1));
        together(
                () -> {
                    while (!ring.push(tasks.task(2))) {
                        Tasks.run(ring.pop());
                    }
                },
                () -> steal(ring, thief, 1));
        drain(ring);
        drain(thief);
        tasks.checkEachRanOnce();
    }

    /** Positions that are not zero, as after some use. */
    private static Ring wound(Ring ring) {
        for (int i = 0; i < 3; i++) {
            ring.push(() -> {});
            ring.pop();
        }
        return ring;
    }

    private static void pushOrOverflow(Ring ring, Runnable task) {
        @Nullable Runnable[] half = new Runnable[CAPACITY / 2];
        while (!ring.push(task)) {
            int moved = ring.takeHalf(half);
            for (int i = 0; i < moved; i++) {
                Tasks.run(half[i]);
            }
        }
    }

    private static void steal(Ring ring, Ring thief, int times) {
        for (int i = 0; i < times; i++) {
            Tasks.run(ring.stealInto(thief));
            drain(thief);
        }
    }

    private static void drain(Ring ring) {
        while (Tasks.run(ring.pop())) {
            // until it is empty
        }
    }
}
