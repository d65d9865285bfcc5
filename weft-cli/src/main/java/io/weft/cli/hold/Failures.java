package io.weft.cli.hold;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** How many there were, and what the first one said. Any thread may add. */
final class Failures {

    private final LongAdder count = new LongAdder();
    private final AtomicReference<@Nullable String> first = new AtomicReference<>();

    void add(String text) {
        first.compareAndSet(null, text);
        count.increment();
    }

    long count() {
        return count.sum();
    }

    @Nullable String first() {
        return first.get();
    }
}
