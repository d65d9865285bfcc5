package io.weft.verify.lincheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jspecify.annotations.Nullable;

/**
 * Runs a scenario in many interleavings of its threads, chosen by Lincheck's model checker. Memory
 * is sequentially consistent there: what depends on a fence is for jcstress and for the models.
 *
 * <p>Lincheck instruments a class when it sees code that creates one, and follows a thread that it
 * sees started. It does not see what a method reference does: write {@code () -> new Poller()}, not
 * {@code Poller::new}, or the scenario blocks for real and ends as hung after a minute.
 *
 * <p>A scenario fails by an exception in any of its threads, or by threads that wait for ever. Any
 * {@code LockSupport.park} may return without cause there, as its contract allows. So what is found
 * is a condition that nobody makes true; an unpark that is missing although the condition is true
 * is not. That is for the models.
 */
public final class Interleavings {

    /** Several times as many as it takes to find any of the broken twins. */
    private static final int INVOCATIONS = 500;

    /** A twin is found much sooner; so many are tried before the test gives up. */
    private static final int INVOCATIONS_UNTIL_FOUND = 5_000;

    /** What Lincheck says when it has found a failure and cannot repeat it for its report. */
    private static final String NOT_REPEATED = "GPMC trace is expected";

    /**
     * Where Lincheck writes down the interleaving that it has found; now and then it fails there.
     */
    private static final String REPORT_METHOD = "appendTrace";

    @SuppressWarnings("UnusedVariable") // to be in a static field is its purpose
    private static volatile @Nullable Object sharedObject;

    private Interleavings() {}

    /** The scenario ends well in every interleaving that is tried. */
    public static void holds(Runnable scenario) {
        Lincheck.runConcurrentTest(INVOCATIONS, scenario);
    }

    /**
     * Some interleaving breaks the scenario. For twins of the real thing with one step left out: it
     * shows that the scenario can see the mistake.
     */
    public static void breaks(Runnable scenario) {
        assertThatThrownBy(() -> Lincheck.runConcurrentTest(INVOCATIONS_UNTIL_FOUND, scenario))
                .as("the broken twin must be found")
                .satisfiesAnyOf(
                        failure ->
                                assertThat(failure)
                                        .isInstanceOf(LincheckAssertionError.class)
                                        .hasMessageContaining("The following interleaving leads"),
                        failure -> assertThat(failure).hasMessage(NOT_REPEATED),
                        failure ->
                                assertThat(failure.getStackTrace())
                                        .extracting(StackTraceElement::getMethodName)
                                        .contains(REPORT_METHOD));
    }

    /**
     * Says that threads share an object. Lincheck does not see what a lambda captures: it would
     * take the plain fields of an object that only lambdas lead to for the thread's own, and would
     * not switch threads there.
     */
    public static <T> T shared(T object) {
        sharedObject = object;
        return object;
    }

    /** Runs the actors at the same time, each in a thread of its own, and waits for them. */
    public static void together(Runnable... actors) {
        List<Actor> all = new ArrayList<>();
        for (Runnable actor : actors) {
            all.add(new Actor(actor));
        }
        for (Actor actor : all) {
            actor.thread.start();
        }
        for (Actor actor : all) {
            actor.finish();
        }
    }

    /** Faults if it is not so; what Lincheck shows is the stack trace. */
    public static void check(boolean condition, String message) {
        if (!condition) {
            throw new IllegalStateException(message);
        }
    }

    /**
     * A thread and how it ended. Lincheck follows threads whose start is a call in plain sight;
     * with a subclass of Thread that catches exceptions in its run method it hangs.
     */
    private static final class Actor {

        final Thread thread;
        private @Nullable Throwable failure;

        Actor(Runnable body) {
            thread =
                    new Thread(
                            () -> {
                                try {
                                    body.run();
                                } catch (Throwable e) {
                                    failure = e;
                                }
                            });
        }

        void finish() {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (failure != null) {
                throw new IllegalStateException(failure);
            }
        }
    }
}
