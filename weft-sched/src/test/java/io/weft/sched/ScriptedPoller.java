package io.weft.sched;

import io.weft.sched.spi.Poller;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A poller without a kernel: tests put readiness in, and see who looked. */
final class ScriptedPoller implements Poller {

    final AtomicInteger looks = new AtomicInteger();
    final AtomicInteger wakes = new AtomicInteger();
    private final AtomicBoolean inside = new AtomicBoolean();
    private final AtomicBoolean watching = new AtomicBoolean();
    private final Semaphore signal = new Semaphore(0);
    private final ConcurrentLinkedQueue<Runnable> events = new ConcurrentLinkedQueue<>();

    /** Makes a later look find one event, whose delivery is {@code delivery}. */
    void arrive(Runnable delivery) {
        watching.set(true);
        events.add(delivery);
        signal.release();
    }

    @Override
    public int poll() {
        enter();
        looks.incrementAndGet();
        int found = deliver();
        inside.set(false);
        return found;
    }

    @Override
    public int block(long timeoutNanos) {
        enter();
        try {
            if (timeoutNanos < 0) {
                signal.acquire();
            } else {
                boolean signalled = signal.tryAcquire(timeoutNanos, TimeUnit.NANOSECONDS);
                assert signalled || timeoutNanos >= 0;
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("an M was interrupted", e);
        }
        signal.drainPermits();
        int found = deliver();
        inside.set(false);
        return found;
    }

    private void enter() {
        if (!inside.compareAndSet(false, true)) {
            throw new IllegalStateException("two threads poll one poller");
        }
    }

    private int deliver() {
        int found = 0;
        for (Runnable event = events.poll(); event != null; event = events.poll()) {
            event.run();
            found++;
        }
        return found;
    }

    @Override
    public void wake() {
        wakes.incrementAndGet();
        signal.release();
    }

    @Override
    public boolean isWatching() {
        return watching.get();
    }

    @Override
    public void close() {
        signal.release();
    }
}
