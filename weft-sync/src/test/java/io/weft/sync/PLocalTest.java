package io.weft.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class PLocalTest {

    private final AtomicInteger made = new AtomicInteger();

    /** The collector does not meddle. */
    private final PLocal<Item> pool = new PLocal<>(this::make, false);

    /** Something that one thread at a time may have. */
    private static final class Item {
        final AtomicBoolean used = new AtomicBoolean();
    }

    private Item make() {
        made.incrementAndGet();
        return new Item();
    }

    @Test
    void whatIsPutComesOutAgainOnce() {
        Item first = pool.get();
        Item second = pool.get();
        assertThat(made).hasValue(2);
        pool.put(first);
        pool.put(second);
        assertThat(List.of(pool.get(), pool.get())).containsExactlyInAnyOrder(first, second);
        assertThat(pool.get()).isNotIn(first, second);
        assertThat(made).hasValue(3);
    }

    @ParameterizedTest
    @EnumSource
    void anotherThreadFindsItToo(Threads threads) throws Exception {
        Item item = pool.get();
        for (int i = 0; i < 20; i++) {
            pool.put(item);
            assertThat(threads.start(pool::get).result()).isSameAs(item);
        }
    }

    @Test
    void aPlaceKeepsABoundedNumber() {
        for (int i = 0; i < PLocal.CELLS * 10; i++) {
            pool.put(new Item());
        }
        int kept = 0;
        while (made.get() == 0) {
            pool.get();
            kept++;
        }
        assertThat(kept - 1).isEqualTo(PLocal.CELLS);
    }

    /** Go's victims: what is not asked for in one generation is dropped after the next. */
    @Test
    void whatNobodyAsksForIsDroppedAfterTwoGenerations() {
        Item item = pool.get();
        pool.put(item);
        pool.endGeneration();
        assertThat(pool.get()).as("of the generation before").isSameAs(item);
        pool.put(item);
        pool.endGeneration();
        pool.endGeneration();
        assertThat(pool.get()).isNotSameAs(item);
    }

    /** Nobody calls the pool. */
    @Test
    void theCollectorEmptiesAPoolThatIsNotUsed() throws Exception {
        PLocal<Item> watched = new PLocal<>(this::make);
        WeakReference<Item> item = putOne(watched);
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (item.get() != null) {
            assertThat(System.nanoTime() - deadline).as("it is kept").isNegative();
            System.gc();
            Thread.sleep(10);
        }
        assertThat(watched.get()).isNotNull();
    }

    private WeakReference<Item> putOne(PLocal<Item> watched) {
        Item item = watched.get();
        watched.put(item);
        return new WeakReference<>(item);
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> pool.put(Absent.of(Item.class)))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("put what get has returned");
        assertThatThrownBy(() -> new PLocal<>(() -> Absent.of(Item.class)).get())
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("gives no null");
    }

    /** Go's TestPoolStress: nobody gets what another one has, while generations end. */
    @ParameterizedTest
    @EnumSource
    void nobodyGetsWhatAnotherOneHas(Threads threads) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<TestThread<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(threads.run(() -> getAndPut(100_000)));
        }
        TestThread<Boolean> collector =
                threads.run(
                        () -> {
                            while (!over.get()) {
                                pool.endGeneration();
                                Thread.sleep(1);
                            }
                        });
        for (TestThread<Boolean> each : all) {
            assertThat(each.result()).isTrue();
        }
        over.set(true);
        assertThat(collector.result()).isTrue();
        assertThat(made.get()).as("they are used again").isLessThan(500_000);
    }

    private void getAndPut(int times) {
        for (int i = 0; i < times; i++) {
            Item item = pool.get();
            assertThat(item.used.compareAndSet(false, true)).as("it is another one's").isTrue();
            if (i % 1_000 == 0) {
                Thread.yield();
            }
            item.used.set(false);
            pool.put(item);
        }
    }
}
