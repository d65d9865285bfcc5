package io.weft.testkit;

import io.weft.fiber.Fibers;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** What the JDK has to be told before the first bubble, by a platform thread. */
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
    }
}
