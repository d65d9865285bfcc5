package io.weft.sched.spi;

/**
 * What a thread waits for that something outside the process, or another runtime, brings about: the
 * blocker that it gives to {@link java.util.concurrent.locks.LockSupport#park(Object)}. In a test
 * with a time of its own, that time stands still while a goroutine waits so.
 */
public interface OutsideWait {}
