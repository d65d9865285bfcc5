package io.weft.sync;

import org.jspecify.annotations.Nullable;

/**
 * A list whose elements are its links: nothing is allocated, and any of them is taken out in a few
 * steps. Guarded by whoever has it.
 */
class Links<T extends Link<T>> {

    private @Nullable T first;
    private @Nullable T last;

    final boolean isEmpty() {
        return first == null;
    }

    final @Nullable T first() {
        return first;
    }

    final void addLast(T element) {
        link(element, last, null);
    }

    final void addFirst(T element) {
        link(element, null, first);
    }

    private void link(T element, @Nullable T before, @Nullable T after) {
        element.previous = before;
        element.next = after;
        element.linked = true;
        if (before == null) {
            first = element;
        } else {
            before.next = element;
        }
        if (after == null) {
            last = element;
        } else {
            after.previous = element;
        }
    }

    /** Takes the first one out; null when there is none. */
    final @Nullable T removeFirst() {
        T head = first;
        if (head != null) {
            remove(head);
        }
        return head;
    }

    /** Takes one out; false if it is in no list. */
    final boolean remove(T element) {
        if (!element.linked) {
            return false;
        }
        T before = element.previous;
        T after = element.next;
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
        element.previous = null;
        element.next = null;
        element.linked = false;
        return true;
    }

    /** Moves all of another list to the end of this one, in a few steps. */
    final void takeAll(Links<T> other) {
        T head = other.first;
        if (head == null) {
            return;
        }
        T before = last;
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
}
