package io.weft.bench.micro.operations;

/** Threads that are started one at a time, each joined before the next. */
final class SpawnJoin implements Operation {

    private static final int SPAWNS_PER_BATCH = 10_000;

    @Override
    public Done batch(Threads threads) throws InterruptedException {
        long[] created = new long[1];
        Runnable task = () -> created[0]++;
        for (int i = 0; i < SPAWNS_PER_BATCH; i++) {
            threads.start(task).join();
        }
        WrongResultException.check("threads", created[0], SPAWNS_PER_BATCH);
        return new Done(created[0], created[0]);
    }
}
