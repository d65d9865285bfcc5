package io.weft.cli.hold;

import io.weft.WeftRuntime;
import io.weft.cli.load.LoadResult.Latency;
import io.weft.cli.text.Errors;
import io.weft.net.TcpConn;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.AtomicHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Messages by a schedule over connections that are open: one goroutine starts another for each
 * message when it is due, or at the next tick, which sends, receives, checks and ends. A message
 * whose connection still waits for the answer to another is handed to that one's goroutine.
 *
 * <p>Who is the last message on a connection stands in {@link #last}. The pacer puts the new one
 * there and then hangs it behind the one before; the goroutine of that one, when it is through,
 * either finds what hangs there or hangs {@link #end} there. Both by compare-and-set from null, so
 * that one of the two sees the other: the pacer, that it has to start a goroutine; or the
 * goroutine, that it has to go on.
 */
final class OpenLoop {

    /** Messages on their way. At 20,000 per second, what a standstill of 0.8 s piles up. */
    static final int OUTSTANDING_MOST = 16_384;

    /** So many are started before those get their turn that have been. */
    private static final int BURST = 64;

    /**
     * The pacer wakes up no more often. At 20,000 messages per second, a sleep and a wake-up for
     * each would take a good part of a processor from the server; so a few that are due start
     * together. Their latency counts from when each was due all the same.
     */
    static final long TICK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    /** Answers are awaited so long after the last message; then the connections are cut. */
    static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** After a cut, goroutines end within this. */
    private static final long CUT_SECONDS = 5;

    /** Longer waits count as this long. */
    private static final long MAX_NANOS = TimeUnit.HOURS.toNanos(1);

    private static final int SIGNIFICANT_DIGITS = 3;

    /** A message; its value is the next one on the same connection. */
    private final class Message extends AtomicReference<@Nullable Message> implements Runnable {

        private static final long serialVersionUID = 1;

        private final int connection;
        private final long number;
        private final long dueNanos;

        Message(int connection, long number, long dueNanos) {
            this.connection = connection;
            this.number = number;
            this.dueNanos = dueNanos;
        }

        @Override
        public void run() {
            Message message = this;
            while (message != null) {
                exchange(message);
                message = after(message);
            }
        }
    }

    private final WeftRuntime runtime;
    private final Held held;
    private final LoopPlan plan;
    private final long firstNumber;
    private final long graceNanos;
    private final AtomicReferenceArray<@Nullable Message> last;
    private final Message end = new Message(0, 0, 0);
    private final Semaphore room = new Semaphore(OUTSTANDING_MOST);
    private final AtomicHistogram latencies = new AtomicHistogram(MAX_NANOS, SIGNIFICANT_DIGITS);
    private final LongAdder answered = new LongAdder();
    private final LongAdder answeredInTime = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final Failures failures = new Failures();
    private final CountDownLatch paced = new CountDownLatch(1);

    /** Written before the pacer is started. */
    private long startNanos;

    // Written by the pacer before it counts paced down.
    private long unsent;
    private long waited;

    /** Only ever set. */
    private volatile boolean cut;

    /**
     * Will run a plan.
     *
     * @param firstNumber of the messages, which must differ from those of other loops
     * @param graceNanos how long answers are awaited after the last message
     */
    OpenLoop(WeftRuntime runtime, Held held, LoopPlan plan, long firstNumber, long graceNanos) {
        this.runtime = runtime;
        this.held = held;
        this.plan = plan;
        this.firstNumber = firstNumber;
        this.graceNanos = graceNanos;
        this.last = new AtomicReferenceArray<>(plan.active());
    }

    /** Returns when each message has come back or is known not to. */
    LoopResult run(Progress progress) throws InterruptedException {
        startNanos = System.nanoTime();
        runtime.go(this::pace);
        Meter meter = new Meter(progress);
        while (!paced.await(Meter.PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
            meter.tell(answered.sum());
        }
        if (!room.tryAcquire(OUTSTANDING_MOST, graceNanos, TimeUnit.NANOSECONDS)) {
            cut();
        }
        return new LoopResult(
                plan.active(),
                plan.messages(),
                answered.sum(),
                answeredInTime.sum() / (plan.lengthNanos() / 1e9),
                Latency.of(latencies),
                unsent,
                waited,
                lost.sum(),
                failures.count(),
                failures.first());
    }

    private void pace() {
        int connection = 0;
        int stride = plan.stride();
        try {
            for (long message = 0; message < plan.messages(); message++) {
                long dueNanos = startNanos + plan.dueNanos(message);
                sleepUntil(tickOf(dueNanos));
                if (message % BURST == 0) {
                    Thread.yield();
                }
                if (!hasRoom()) {
                    skipFrom(message);
                    return;
                }
                send(new Message(connection, firstNumber + message, dueNanos));
                connection = (int) (((long) connection + stride) % plan.active());
            }
        } catch (InterruptedException e) {
            failures.add("the pacer was interrupted");
        } finally {
            paced.countDown();
        }
    }

    /** The first tick of the loop that is not before that time. */
    private long tickOf(long nanos) {
        return startNanos + Math.ceilDiv(nanos - startNanos, TICK_NANOS) * TICK_NANOS;
    }

    private static void sleepUntil(long nanos) throws InterruptedException {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** False when there was none until the loop should have been over. */
    private boolean hasRoom() throws InterruptedException {
        if (room.tryAcquire()) {
            return true;
        }
        waited++;
        long left = startNanos + plan.lengthNanos() - System.nanoTime();
        return left > 0 && room.tryAcquire(left, TimeUnit.NANOSECONDS);
    }

    /** What was due and not sent has waited until the end: less than the truth, but not nothing. */
    private void skipFrom(long message) {
        for (long each = message; each < plan.messages(); each++) {
            unsent++;
            latencies.recordValue(Math.min(MAX_NANOS, plan.lengthNanos() - plan.dueNanos(each)));
        }
    }

    private void send(Message message) {
        Message before = last.getAndSet(message.connection, message);
        if (before == null || !before.compareAndSet(null, message)) {
            runtime.go(message);
        }
    }

    /** The message that waits for the end of this one; else null, and the connection is free. */
    private @Nullable Message after(Message message) {
        if (message.compareAndSet(null, end)) {
            // Fails when the next one stands there, which then has found the end.
            last.compareAndSet(message.connection, message, null);
            return null;
        }
        return message.get();
    }

    private void exchange(Message message) {
        try {
            TcpConn conn = held.get(message.connection);
            if (conn == null) {
                failures.add("connection %d is not open".formatted(message.connection));
                return;
            }
            byte[] bytes = Held.message(message.connection, message.number);
            conn.write(bytes);
            conn.readFully(bytes);
            came(Held.mistake(bytes, message.connection, message.number));
        } catch (IOException e) {
            failed(message, e);
        } finally {
            long nanos = System.nanoTime() - message.dueNanos;
            latencies.recordValue(Math.clamp(nanos, 0, MAX_NANOS));
            room.release();
        }
    }

    private void came(@Nullable String mistake) {
        if (mistake != null) {
            failures.add(mistake);
            return;
        }
        answered.increment();
        if (System.nanoTime() - startNanos <= plan.lengthNanos()) {
            answeredInTime.increment();
        }
    }

    private void failed(Message message, IOException e) {
        if (cut) {
            lost.increment();
        } else {
            failures.add("connection %d: %s".formatted(message.connection, Errors.text(e)));
        }
    }

    /** Ends what is not answered. */
    private void cut() throws InterruptedException {
        cut = true;
        for (int i = 0; i < plan.active(); i++) {
            TcpConn conn = last.get(i) == null ? null : held.get(i);
            if (conn != null) {
                conn.close();
            }
        }
        if (!room.tryAcquire(OUTSTANDING_MOST, CUT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    "hold: messages do not end; the runtime says:%n%s".formatted(runtime.dump()));
        }
    }
}
