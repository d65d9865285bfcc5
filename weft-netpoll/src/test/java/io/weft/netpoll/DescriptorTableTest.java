package io.weft.netpoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DescriptorTableTest {

    private final DescriptorTable<Integer> table = new DescriptorTable<>(2);

    @Test
    void findsWhatWasPutAcrossSegments() {
        for (int fd = 0; fd < 1_000; fd++) {
            assertThat(table.get(fd)).isNull();
            table.put(fd, fd + 5_000);
        }
        for (int fd = 0; fd < 1_000; fd++) {
            assertThat(table.get(fd)).isEqualTo(fd + 5_000);
        }
        assertThat(table.get(1_000)).isNull();
        assertThat(table.get(40_000_000)).isNull();
    }

    @Test
    void anEntryThatWasRemovedIsFreeForTheNextOwner() {
        Integer first = 5_001;
        table.put(7, first);
        table.remove(7, first);
        assertThat(table.get(7)).isNull();
        table.put(7, 5_002);
        assertThat(table.get(7)).isEqualTo(5_002);
    }

    @Test
    void aNumberThatIsTakenFaults() {
        table.put(7, 5_001);
        assertThatThrownBy(() -> table.put(7, 5_002))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("file descriptor 7 is opened");
        assertThat(table.get(7)).isEqualTo(5_001);
    }

    @Test
    void removingAnothersEntryFaults() {
        table.put(7, 5_001);
        assertThatThrownBy(() -> table.remove(7, 5_002))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not own it");
    }

    @Test
    void impossibleNumbersFault() {
        assertThatThrownBy(() -> table.get(-1)).hasMessageContaining("has the number -1");
        assertThatThrownBy(() -> table.put(Integer.MAX_VALUE, 1))
                .hasMessageContaining("has the number");
    }

    @Test
    void theFirstSegmentIsAPowerOfTwo() {
        assertThatThrownBy(() -> new DescriptorTable<Integer>(3))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void forEachShowsEveryEntry() {
        Set<Integer> put = Set.of(0, 1, 2, 3, 17, 300);
        put.forEach(fd -> table.put(fd, fd));
        Set<Integer> seen = new HashSet<>();
        table.forEach(seen::add);
        assertThat(seen).isEqualTo(put);
    }

    @Test
    void generationsDiffer() {
        assertThat(table.nextGeneration()).isNotEqualTo(table.nextGeneration());
    }

    @Test
    void growsUnderConcurrentPutsWithoutLosingAny() throws Exception {
        int threads = 4;
        int perThread = 5_000;
        List<TestThread<Boolean>> putters = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int offset = t;
            putters.add(
                    TestThread.start(
                            () -> {
                                for (int i = 0; i < perThread; i++) {
                                    int fd = i * threads + offset;
                                    table.put(fd, fd);
                                }
                                return true;
                            }));
        }
        for (TestThread<Boolean> putter : putters) {
            assertThat(putter.result()).isTrue();
        }
        for (int fd = 0; fd < threads * perThread; fd++) {
            assertThat(table.get(fd)).isEqualTo(fd);
        }
    }
}
