package io.weft.bench.micro.operations;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** A thousand threads that are started, then waited for all together. */
final class SpawnBatch implements Operation {

    private static final int SPAWNS_PER_BATCH = 10_000;
    private static final int AT_ONCE = 1_000;

    @Override
    public Done batch(Threads threads) throws InterruptedException {
        int[] ran = new int[AT_ONCE];
        long created = 0;
        for (int round = 0; round < SPAWNS_PER_BATCH / AT_ONCE; round++) {
            CountDownLatch ended = new CountDownLatch(AT_ONCE);
            for (int i = 0; i < AT_ONCE; i++) {
                int me = i;
                threads.start(
                        () -> {
                            ran[me]++;
                            ended.countDown();
                        });
            }
            ended.await();
            created += IntStream.of(ran).sum();
            Arrays.fill(ran, 0);
        }
        WrongResultException.check("threads", created, SPAWNS_PER_BATCH);
        return new Done(created, created);
    }
}
