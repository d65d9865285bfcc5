package io.weft.sync;

import org.jspecify.annotations.Nullable;

/** A doubly linked list of what depends on a context. Guarded by whoever has it. */
final class DependentList {

    private @Nullable Dependent first;
    private @Nullable Dependent last;

    void add(Dependent dependent) {
        Dependent before = last;
        dependent.previous = before;
        dependent.next = null;
        dependent.registered = true;
        if (before == null) {
            first = dependent;
        } else {
            before.next = dependent;
        }
        last = dependent;
    }

    /** Takes one out; false if it is not registered. */
    boolean remove(Dependent dependent) {
        if (!dependent.registered) {
            return false;
        }
        Dependent before = dependent.previous;
        Dependent after = dependent.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        forget(dependent);
        return true;
    }

    /** Takes the first one out; null when there is none. */
    @Nullable Dependent poll() {
        Dependent head = first;
        if (head != null) {
            remove(head);
        }
        return head;
    }

    /** Moves all of another list to the end of this one, in a few steps. */
    void takeAll(DependentList other) {
        Dependent head = other.first;
        if (head == null) {
            return;
        }
        Dependent before = last;
        head.previous = before;
        if (before == null) {
            first = head;
        } else {
            before.next = head;
        }
        last = other.last;
        other.first = null;
        other.last = null;
    }

    private static void forget(Dependent dependent) {
        dependent.previous = null;
        dependent.next = null;
        dependent.registered = false;
    }
}
