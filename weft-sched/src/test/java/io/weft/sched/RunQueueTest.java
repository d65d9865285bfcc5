package io.weft.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunQueueTest {

    private static Runnable task(int number) {
        return new Runnable() {
            @Override
            public void run() {}

            @Override
            public String toString() {
                return "task " + number;
            }
        };
    }

    @Test
    void givesBackInOrderWhateverWasPut() {
        RunQueue queue = new RunQueue(256);
        for (int count = 0; count < 256; count++) {
            List<Runnable> put = new ArrayList<>();
            assertThat(queue.isEmpty()).isTrue();
            for (int i = 0; i < count; i++) {
                Runnable task = task(i);
                put.add(task);
                assertThat(queue.push(task)).isTrue();
            }
            for (Runnable expected : put) {
                assertThat(queue.pop()).isSameAs(expected);
            }
            assertThat(queue.pop()).isNull();
        }
    }

    @Test
    void refusesWhenFullAndTakesAgainWhenHalfIsGone() {
        RunQueue queue = new RunQueue(4);
        for (int i = 0; i < 4; i++) {
            assertThat(queue.push(task(i))).isTrue();
        }
        assertThat(queue.push(task(4))).isFalse();
        @Nullable Runnable[] half = new Runnable[2];
        assertThat(queue.takeHalf(half)).isEqualTo(2);
        assertThat(half[0]).hasToString("task 0");
        assertThat(half[1]).hasToString("task 1");
        assertThat(queue.push(task(4))).isTrue();
        assertThat(queue.pop()).hasToString("task 2");
    }

    @Test
    void aThiefGetsTheOlderHalfRoundedUp() {
        for (int count = 0; count <= 256; count++) {
            RunQueue victim = new RunQueue(256);
            RunQueue thief = new RunQueue(256);
            for (int i = 0; i < count; i++) {
                assertThat(victim.push(task(i))).isTrue();
            }
            Runnable first = victim.stealHalfInto(thief);
            int stolen = thief.size() + (first == null ? 0 : 1);
            assertThat(stolen).isEqualTo(count - count / 2);
            assertThat(stolen + victim.size()).isEqualTo(count);
            if (first != null) {
                assertThat(first).hasToString("task " + (stolen - 1));
            }
        }
    }

    @Test
    void aThiefTakesNoMoreThanItHasRoomFor() {
        RunQueue victim = new RunQueue(8);
        RunQueue thief = new RunQueue(8);
        for (int i = 0; i < 8; i++) {
            assertThat(victim.push(task(i))).isTrue();
            assertThat(i < 6 && !thief.push(task(100 + i))).isFalse();
        }
        assertThat(victim.stealHalfInto(thief)).isNotNull();
        assertThat(thief.size()).isEqualTo(7);
        assertThat(victim.size()).isEqualTo(6);
    }

    @Test
    void forgettingDropsReferencesOfAnEmptyRingOnly() {
        RunQueue queue = new RunQueue(4);
        for (int i = 0; i < 11; i++) {
            assertThat(queue.push(task(i))).isTrue();
            assertThat(queue.pop()).hasToString("task " + i);
        }
        assertThat(queue.push(task(11))).isTrue();
        queue.forgetTaken();
        assertThat(queue.pop()).hasToString("task 11");
        queue.forgetTaken();
        assertThat(queue.push(task(12))).isTrue();
        assertThat(queue.pop()).hasToString("task 12");
    }

    @Test
    void everyTaskIsTakenOnceByOwnerAndThieves() throws InterruptedException {
        int total = 200_000;
        RunQueue queue = new RunQueue(16);
        ConcurrentHashMap<Runnable, Boolean> seen = new ConcurrentHashMap<>();
        AtomicInteger taken = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> thieves = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            thieves.add(
                    Thread.ofPlatform()
                            .start(
                                    () ->
                                            stealUntil(
                                                    done,
                                                    queue,
                                                    task -> count(seen, taken, task))));
        }
        for (int i = 0; i < total; i++) {
            Runnable task = task(i);
            while (!queue.push(task)) {
                count(seen, taken, queue.pop());
            }
        }
        for (Runnable task = queue.pop(); task != null; task = queue.pop()) {
            count(seen, taken, task);
        }
        done.set(true);
        for (Thread thief : thieves) {
            thief.join();
        }
        assertThat(taken.get()).isEqualTo(total);
        assertThat(seen).hasSize(total);
    }

    private static void stealUntil(
            AtomicBoolean done, RunQueue victim, java.util.function.Consumer<Runnable> taken) {
        RunQueue own = new RunQueue(16);
        while (!done.get() || !victim.isEmpty()) {
            Runnable task = victim.stealHalfInto(own);
            while (task != null) {
                taken.accept(task);
                task = own.pop();
            }
        }
    }

    private static void count(
            ConcurrentHashMap<Runnable, Boolean> seen, AtomicInteger taken, @Nullable Runnable t) {
        if (t != null) {
            assertThat(seen.put(t, true)).as("taken twice: %s", t).isNull();
            taken.incrementAndGet();
        }
    }

    @Test
    void isNeverSeenEmptyWhileItHoldsATask() throws InterruptedException {
        RunQueue queue = new RunQueue(8);
        assertThat(queue.push(task(0))).isTrue();
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger emptySeen = new AtomicInteger();
        Thread observer =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    while (!done.get()) {
                                        if (queue.isEmpty()) {
                                            emptySeen.incrementAndGet();
                                        }
                                    }
                                });
        for (int i = 1; i < 100_000; i++) {
            assertThat(queue.push(task(i))).isTrue();
            assertThat(queue.pop()).isNotNull();
        }
        done.set(true);
        observer.join();
        assertThat(emptySeen).hasValue(0);
    }

    @Test
    void refusesACapacityThatIsNoPowerOfTwo() {
        assertThatThrownBy(() -> new RunQueue(3)).hasMessageContaining("power of two");
    }
}
