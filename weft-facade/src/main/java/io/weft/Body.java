package io.weft;

/** What a goroutine does, when it may fail with an exception of its own kind. */
@FunctionalInterface
public interface Body<X extends Throwable> {

    /** Does it. */
    void run() throws X;
}
