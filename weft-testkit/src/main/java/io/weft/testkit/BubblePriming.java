package io.weft.testkit;

import io.weft.fiber.Fibers;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What has to be done before the first bubble, by a platform thread: the JDK is told what it has to
 * know, and a small bubble does all that a bubble does, so that its classes are loaded. An M that
 * loads one may wait for a goroutine that loads it as well, and waits for the M.
 */
final class BubblePriming {

    /** A task, not a static initializer: its thread would wait for the end of that. */
    private static final FutureTask<@Nullable Void> ONCE =
            new FutureTask<>(BubblePriming::primeHere, null);

    private BubblePriming() {}

    /** Returns when it is over, whoever began it. */
    static void prime() {
        if (!ONCE.isDone()) {
            Thread.ofPlatform().name("bubble-primer").start(ONCE);
        }
        boolean interrupted = false;
        for (boolean over = false; !over; ) {
            try {
                ONCE.get();
                over = true;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                throw new IllegalStateException("testkit: no bubble can run here", e.getCause());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void primeHere() {
        Fibers.prime();
        if (SelfAttach.isAllowed() && !BubbleAgent.isActive()) {
            SelfAttach.attach();
        }
        // Ends with a deadlock, which is reported, and with that all is loaded.
        BubbleRun.runPrimed(0, BubblePriming::rehearse);
    }

    private static void rehearse() throws Exception {
        Object monitor = new Object();
        Thread holder = Thread.startVirtualThread(() -> hold(monitor));
        Thread.yield();
        Bubble.settle();
        hold(monitor);
        holder.join();
        Bubble.outside(Bubble::now);
        Thread.startVirtualThread(LockSupport::park);
        new CountDownLatch(1).await();
    }

    private static void hold(Object monitor) {
        synchronized (monitor) {
            LockSupport.parkNanos(1);
        }
    }
}
