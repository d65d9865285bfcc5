package io.weft.bench.micro.operations;

import io.weft.sync.Chan;

/** One thread sends values to another over a channel of Weft. The operation is a value. */
final class Channel implements Operation {

    private final int capacity;

    Channel(int capacity) {
        this.capacity = capacity;
    }

    @Override
    public Done batch(Threads threads) throws InterruptedException {
        Chan<Long> values = Chan.buffered(capacity);
        threads.start(() -> send(values));
        long sum = 0;
        long count = 0;
        for (Long value = values.receive(); value != null; value = values.receive()) {
            sum += value;
            count++;
        }
        return Values.received(count, sum);
    }

    private static void send(Chan<Long> values) {
        try {
            for (int i = 0; i < Values.PER_BATCH; i++) {
                values.send(Values.at(i));
            }
            values.close();
        } catch (InterruptedException e) {
            throw new IllegalStateException("micro: nobody interrupts a sender", e);
        }
    }
}
