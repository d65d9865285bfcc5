package io.weft.sync;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * {@link Blocked}: who finds the call decided finds what it was decided with, and all that the
 * other one did before.
 *
 * <p>Results: a field of the value that was received, or −1 while the call is not decided; and a
 * plain field written before.
 */
public class DecisionStress {

    private DecisionStress() {}

    /** A value whose field is plain, so that it can be seen half made. */
    private static final class Value {
        private int content;

        Value(int content) {
            this.content = content;
        }
    }

    /** The real one. */
    @JCStressTest
    @Outcome(id = "-1, 0", expect = ACCEPTABLE, desc = "not decided yet")
    @Outcome(id = "7, 1", expect = ACCEPTABLE, desc = "decided, and all of it is there")
    @Outcome(expect = FORBIDDEN, desc = "decided, and something is missing")
    @State
    public static class Published {
        private final Blocked call = new Blocked();
        private int before;

        public Published() {
            call.begin();
        }

        @Actor
        public void decides() {
            before = 1;
            if (call.claim()) {
                call.decide(0, new Value(7), false);
            }
        }

        @Actor
        public void looks(II_Result r) {
            boolean decided = call.isDecided();
            r.r1 = decided && call.received() instanceof Value value ? value.content : -1;
            r.r2 = decided ? before : 0;
        }
    }

    /** The decision is a plain store. */
    @JCStressTest
    @Outcome(id = "-1, 0", expect = ACCEPTABLE, desc = "not decided yet")
    @Outcome(id = "7, 1", expect = ACCEPTABLE, desc = "decided, and all of it is there")
    @Outcome(expect = FORBIDDEN, desc = "decided, and something is missing")
    @State
    public static class BrokenPlainDecision {
        private @Nullable Value received;
        private boolean decided;
        private int before;

        @Actor
        public void decides() {
            before = 1;
            decided = true;
            received = new Value(7);
        }

        @Actor
        public void looks(II_Result r) {
            boolean seen = decided;
            Value value = received;
            r.r1 = seen && value != null ? value.content : -1;
            r.r2 = seen ? before : 0;
        }
    }
}
