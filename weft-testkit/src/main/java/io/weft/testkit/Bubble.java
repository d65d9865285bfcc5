package io.weft.testkit;

import io.weft.fiber.Fibers;
import io.weft.sched.M;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Runs a test in a time of its own, as Go's {@code testing/synctest}: an hour passes in no time,
 * exactly when everybody waits for it to pass.
 *
 * {@snippet :
 * Bubble.run(() -> {
 *     Chan<String> answers = Chan.unbuffered();
 *     Weft.go(() -> ask(answers));
 *     assertThat(answers.tryReceive(Duration.ofHours(1))).isNull(); // takes a millisecond
 * });
 * }
 *
 * <p>The body runs as a goroutine, and all that it starts belong to the bubble: with {@code
 * Weft.go}, by {@code Thread.startVirtualThread}, and by the executors that do so. One of them runs
 * at a time. When all wait, time moves to the next timer, and nowhere else; it starts at
 * 2000-01-01T00:00Z. Weft's sleeps, timers, tickers and channels go by it. For the waits and clocks
 * of the JDK, which ask {@link System}, the JVM has to be started with the testkit as its agent:
 * {@code -javaagent:weft-testkit.jar}, or {@code -Djdk.attach.allowAttachSelf=true
 * -XX:+EnableDynamicAgentLoading}, and it attaches itself. Without, a {@code Thread.sleep} fails
 * the test and says so.
 *
 * <p>Who of several runnable goroutines comes next is drawn by chance from a seed. So one seed is
 * one interleaving, the same in each run, and other seeds are others.
 *
 * <p>{@link #run} returns when all goroutines have ended. It fails
 *
 * <ul>
 *   <li>with what the body or another goroutine has thrown;
 *   <li>with a {@link BubbleError} when everybody waits for ever. It lists them with what each
 *       waits for and who has started it. When the body has ended, time stands still, so that who
 *       waits for a timer then waits for ever, too: a test has to end what it has started.
 * </ul>
 *
 * Goroutines that are left then are interrupted, and given a chance to end.
 *
 * <p>A goroutine that waits for something outside holds the time: one that waits for a socket, of
 * Weft's or of the JDK, for a platform thread to end, or for a lock or monitor that no goroutine of
 * the bubble holds. Any other wait for a thread outside must be put into {@link #outside}, or it is
 * taken for one that nobody ends.
 *
 * <p>Different bubbles may run at the same time.
 */
public final class Bubble {

    /** When the time of a bubble begins. */
    public static final Instant START = Instant.parse("2000-01-01T00:00:00Z");

    /** The system property that sets the seed of {@link #run}, to look for other interleavings. */
    public static final String SEED_PROPERTY = "weft.bubble.seed";

    private static final long DEFAULT_SEED = 1;

    private final long seed;

    private Bubble(long seed) {
        this.seed = seed;
    }

    /**
     * The body of a test.
     *
     * @param <X> what it may throw
     */
    @FunctionalInterface
    public interface Body<X extends Throwable> {

        /** Runs as the first goroutine of a bubble. */
        void run() throws X;
    }

    /** With the interleaving of this seed. */
    public static Bubble seeded(long seed) {
        return new Bubble(seed);
    }

    /**
     * Runs a test in a bubble with the seed of the property {@value #SEED_PROPERTY}, or 1.
     *
     * @see #go
     */
    public static <X extends Throwable> void run(Body<X> body) throws X {
        seeded(Long.getLong(SEED_PROPERTY, DEFAULT_SEED)).go(body);
    }

    /**
     * Runs a test once with each of some seeds, from 0 on: under as many interleavings.
     *
     * @see #go
     */
    public static <X extends Throwable> void explore(int seeds, Body<X> body) throws X {
        for (long seed = 0; seed < seeds; seed++) {
            seeded(seed).go(body);
        }
    }

    /**
     * Runs a test in a bubble. An interrupt of the caller is passed on to the body. A failure
     * carries the seed, as a suppressed exception of what is thrown.
     *
     * @throws X what the body throws, as it throws it
     * @throws BubbleError when everybody waits for ever
     * @throws IllegalStateException if the caller is in a bubble
     * @throws UnsupportedOperationException where goroutines cannot run, with what to do about it
     */
    public <X extends Throwable> void go(Body<X> body) throws X {
        if (callersOrNull() != null) {
            throw new IllegalStateException(
                    "a bubble cannot run inside another one: start goroutines in this one, or run"
                            + " the two one after the other");
        }
        Throwable failure = BubbleRun.run(seed, body);
        if (failure != null) {
            if (failure instanceof BubbleError error) {
                error.fillInStackTrace(); // of the caller: that of a scheduler says nothing
            }
            failure.addSuppressed(new BubbleSeed(seed));
            @SuppressWarnings("unchecked") // a body throws X, or what is not checked
            X thrown = (X) failure;
            throw thrown;
        }
    }

    /**
     * Waits until every other goroutine of the bubble waits, and nothing would happen but for the
     * time; which does not move for it. Go's {@code synctest.Wait}.
     *
     * @throws InterruptedException if the caller is or gets interrupted
     * @throws IllegalStateException if the caller is not in a bubble, or another one settles
     */
    public static void settle() throws InterruptedException {
        callers().settle();
    }

    /**
     * Calls what waits for somebody outside of the bubble: meanwhile time stands still, and nobody
     * takes the wait for a deadlock.
     *
     * @return what the call returns
     * @throws Exception what the call throws
     * @throws IllegalStateException if the caller is not in a bubble
     */
    public static <T extends @Nullable Object> T outside(Callable<T> call) throws Exception {
        return callers().outside(call);
    }

    /**
     * Now, in the time of the caller's bubble.
     *
     * @throws IllegalStateException if the caller is not in a bubble
     */
    public static Instant now() {
        return callers().clock().instant();
    }

    /**
     * The time of the caller's bubble, for code that takes a clock or an {@link
     * java.time.InstantSource}; in UTC. Any thread may read it.
     *
     * @throws IllegalStateException if the caller is not in a bubble
     */
    public static Clock clock() {
        return callers().clock();
    }

    private static BubbleRun callers() {
        BubbleRun run = callersOrNull();
        if (run == null) {
            throw new IllegalStateException(
                    "only a goroutine of a bubble can ask that, and this is "
                            + Thread.currentThread()
                            + ": call it in Bubble.run, or on what was started there");
        }
        return run;
    }

    static @Nullable BubbleRun callersOrNull() {
        return Fibers.CARRIERS.currentCarrier() instanceof M m
                        && m.scheduler().host() instanceof BubbleHost host
                ? host.run()
                : null;
    }
}
