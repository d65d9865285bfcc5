package io.weft.sched.spi;

/** A goroutine's task around that of a user, which reports name instead of it. */
public interface Wrapper extends Runnable {

    /** The user's task. */
    Object wrapped();
}
