package io.weft.netpoll;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/**
 * Where the threads of one descriptor wait for each other: queued readers, queued writers, and
 * those that wait for the end of close(2). Allocated by the first thread that has to wait, so that
 * a descriptor without contention, which is nearly every one, pays a null reference.
 *
 * <p>The counts are in the word of {@link FdWord}: a permit is released for exactly those lockers
 * that somebody has taken off the count.
 */
final class Contention {

    /** Stands in a descriptor whose close(2) is done: nobody will ever wait there again. */
    static final Contention OVER = new Contention();

    private final Semaphore readers = new Semaphore(0);
    private final Semaphore writers = new Semaphore(0);
    private final CountDownLatch descriptorClosed = new CountDownLatch(1);

    /** Waits until this locker is taken off the count. An interrupt stays pending. */
    void awaitTurn(Direction direction) {
        lockers(direction).acquireUninterruptibly();
    }

    /** Lets that many lockers compete for the lock again. */
    void wake(Direction direction, int count) {
        lockers(direction).release(count);
    }

    /** Waits until {@link #descriptorClosed()}. An interrupt stays pending. */
    void awaitDescriptorClosed() {
        boolean interrupted = false;
        while (descriptorClosed.getCount() != 0) {
            try {
                descriptorClosed.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends every present and future {@link #awaitDescriptorClosed()}. */
    void descriptorClosed() {
        descriptorClosed.countDown();
    }

    private Semaphore lockers(Direction direction) {
        return direction == Direction.READ ? readers : writers;
    }
}
