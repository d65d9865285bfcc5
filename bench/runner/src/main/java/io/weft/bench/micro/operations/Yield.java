package io.weft.bench.micro.operations;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/** Two threads for each P, all runnable, that yield to each other. */
final class Yield implements Operation {

    private static final int YIELDS_PER_BATCH = 20_000;
    private static final int CHECKED_YIELDS = 1_000;

    @Override
    public void prepare(Threads threads) throws InterruptedException {
        if (threads.procs() == 1) {
            checkAlternation(threads);
        }
    }

    @Override
    public Done batch(Threads threads) throws InterruptedException {
        int count = 2 * threads.procs();
        int each = YIELDS_PER_BATCH / count;
        long[] counts = new long[count];
        CountDownLatch ended = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            int me = i;
            threads.start(
                    () -> {
                        counts[me] = yieldOften(each);
                        ended.countDown();
                    });
        }
        ended.await();
        long sum = LongStream.of(counts).sum();
        WrongResultException.check("yields", sum, (long) each * count);
        return new Done(sum, count);
    }

    private static long yieldOften(int yields) {
        long count = 0;
        for (int i = 0; i < yields; i++) {
            Thread.yield();
            count++;
        }
        return count;
    }

    /** Shows on one P that a yield lets the other thread run. */
    private static void checkAlternation(Threads threads) throws InterruptedException {
        int[] order = new int[2 * CHECKED_YIELDS];
        AtomicInteger position = new AtomicInteger();
        AtomicInteger started = new AtomicInteger();
        CountDownLatch ended = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            int me = i;
            threads.start(
                    () -> {
                        started.incrementAndGet();
                        while (started.get() < 2) {
                            Thread.yield(); // alone, it would have nobody to yield to
                        }
                        for (int k = 0; k < CHECKED_YIELDS; k++) {
                            order[position.getAndIncrement()] = me;
                            Thread.yield();
                        }
                        ended.countDown();
                    });
        }
        ended.await();
        int turns = 0;
        for (int i = 1; i < order.length; i++) {
            turns += order[i] == order[i - 1] ? 0 : 1;
        }
        if (turns < CHECKED_YIELDS) {
            throw new WrongResultException(
                    "only %d of %d yields let the other thread run".formatted(turns, order.length));
        }
    }
}
