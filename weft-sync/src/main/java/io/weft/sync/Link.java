package io.weft.sync;

import org.jspecify.annotations.Nullable;

/**
 * What can be in one {@link Links} at a time. Guarded as that list is.
 *
 * @param <T> the class itself
 */
abstract class Link<T extends Link<T>> {

    @Nullable T previous;
    @Nullable T next;
    boolean linked;
}
