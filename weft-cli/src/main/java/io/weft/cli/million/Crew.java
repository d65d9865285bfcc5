package io.weft.cli.million;

import io.weft.cli.child.Child;
import io.weft.cli.child.ChildException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * All processes that were started, so that none is left, and so that the death of one is told as
 * such and not by what the others make of it.
 *
 * <p>All methods may be called from any thread.
 */
final class Crew {

    /** A process that is killed is seen to have ended within this. */
    private static final long DEATH_MILLIS = 1_000;

    private static final long CHECK_MILLIS = 20;

    private final Set<Child> members = ConcurrentHashMap.newKeySet();

    void add(Child child) {
        members.add(child);
    }

    /** It is about to end, as it should. */
    void remove(Child child) {
        members.remove(child);
    }

    /** Ends all at once, for an exit that does not wait. */
    void kill() {
        members.forEach(Child::kill);
    }

    /** Throws when a process has ended that should not have. */
    void requireAlive() throws ChildException, InterruptedException {
        for (Child each : List.copyOf(members)) {
            if (each.hasEnded()) {
                throw each.ended();
            }
        }
    }

    /** The death that stands behind a failure, or the failure itself when all are alive. */
    ChildException cause(ChildException failure) throws InterruptedException {
        for (long waited = 0; waited < DEATH_MILLIS; waited += CHECK_MILLIS) {
            try {
                requireAlive();
            } catch (ChildException death) {
                return death;
            }
            TimeUnit.MILLISECONDS.sleep(CHECK_MILLIS);
        }
        return failure;
    }
}
