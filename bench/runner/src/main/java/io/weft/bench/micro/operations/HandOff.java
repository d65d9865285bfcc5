package io.weft.bench.micro.operations;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Values that go through a slot from one thread to another. The operation is a value. */
final class HandOff implements Operation {

    private static final int VALUES_PER_BATCH = 20_000;

    @Override
    public Done batch(Threads threads) throws InterruptedException {
        Slot slot = new Slot(Thread.currentThread());
        Thread producer =
                threads.factory()
                        .newThread(
                                () -> {
                                    for (int value = 1; value <= VALUES_PER_BATCH; value++) {
                                        slot.put(value);
                                    }
                                });
        slot.producer = producer;
        producer.start();
        long sum = 0;
        for (int i = 0; i < VALUES_PER_BATCH; i++) {
            sum += slot.take();
        }
        producer.join();
        WrongResultException.check(
                "sum of values", sum, VALUES_PER_BATCH * (VALUES_PER_BATCH + 1L) / 2);
        return new Done(VALUES_PER_BATCH, 1);
    }

    /** Holds one value or none, for one thread that puts and one that takes. */
    private static final class Slot {

        private static final long NONE = 0;

        private final Thread consumer;

        /** Set before the producer starts. */
        private @Nullable Thread producer;

        /** Each side writes it before its unpark and reads it again after its park. */
        private volatile long value = NONE;

        Slot(Thread consumer) {
            this.consumer = consumer;
        }

        void put(long v) {
            while (value != NONE) {
                LockSupport.park(this);
            }
            value = v;
            LockSupport.unpark(consumer);
        }

        long take() {
            long v = value;
            while (v == NONE) {
                LockSupport.park(this);
                v = value;
            }
            value = NONE;
            LockSupport.unpark(producer);
            return v;
        }
    }
}
