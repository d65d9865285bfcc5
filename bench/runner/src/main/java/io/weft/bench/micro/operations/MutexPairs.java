package io.weft.bench.micro.operations;

import io.weft.sync.Mutex;

/** A mutex of Weft that nobody else wants is locked and unlocked. The operation is a pair. */
final class MutexPairs implements Operation {

    private static final int PAIRS_PER_BATCH = 1_000_000;

    @Override
    public Done batch(Threads threads) {
        Mutex mutex = new Mutex();
        long count = 0;
        for (int i = 0; i < PAIRS_PER_BATCH; i++) {
            mutex.lock();
            count++;
            mutex.unlock();
        }
        WrongResultException.check("pairs", count, PAIRS_PER_BATCH);
        return new Done(PAIRS_PER_BATCH, 0);
    }
}
