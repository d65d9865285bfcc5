package io.weft.bench.micro.operations;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Two threads that take turns. The operation is a turn: one unpark and one park. */
final class Park implements Operation {

    private static final int TURNS_PER_BATCH = 20_000;

    @Override
    public Done batch(Threads threads) throws InterruptedException {
        Game game = new Game();
        Thread one = threads.factory().newThread(() -> game.play(0));
        Thread two = threads.factory().newThread(() -> game.play(1));
        game.players = new Thread[] {one, two};
        one.start();
        two.start();
        game.ended.await();
        WrongResultException.check("turns", game.turns[0] + game.turns[1], TURNS_PER_BATCH);
        return new Done(TURNS_PER_BATCH, 2);
    }

    private static final class Game {

        private final CountDownLatch ended = new CountDownLatch(2);
        private final long[] turns = new long[2];

        /** Set before the players start. */
        private Thread @Nullable [] players;

        /** Whose turn it is. Written before the unpark, read after the park, which may be early. */
        private volatile int turn;

        void play(int me) {
            Thread other = players == null ? Thread.currentThread() : players[1 - me];
            for (int i = 0; i < TURNS_PER_BATCH / 2; i++) {
                while (turn != me) {
                    LockSupport.park(this);
                }
                turns[me]++;
                turn = 1 - me;
                LockSupport.unpark(other);
            }
            ended.countDown();
        }
    }
}
