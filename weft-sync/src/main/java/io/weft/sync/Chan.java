package io.weft.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A channel: threads give values to each other, each value to exactly one of them. Without a buffer
 * the sender waits until a receiver has the value; with one, until the buffer has room.
 *
 * {@snippet :
 * Chan<String> lines = Chan.buffered(16);
 * Weft.go(() -> {
 *     for (String line : lines) {
 *         System.out.println(line);
 *     }
 * });
 * lines.send("hello");
 * lines.close();
 * }
 *
 * <p>The semantics are Go's. Values are received in the order in which they were sent, those who
 * wait are served first come, first served, and a value goes directly to a receiver that waits.
 * What Go panics at throws {@link ClosedChanException}. Null is no value; {@link #receive} answers
 * null at the end. A thread that waits can be interrupted, and a wait can be timed.
 *
 * <p>All methods may be called from any thread. Nothing is allocated by an operation in the steady
 * state.
 *
 * @param <T> of the values
 */
public final class Chan<T> extends SpinLock implements SendChan<T>, ReceiveChan<T> {

    /** The most values that a buffer has room for: an array is as long. */
    public static final int CAPACITY_MAX = 1 << 28;

    private static final @Nullable Object[] NO_BUFFER = {};
    private static final AtomicLong NUMBERS = new AtomicLong();

    private static final VarHandle SPARE;

    static {
        try {
            SPARE = MethodHandles.lookup().findVarHandle(Chan.class, "spare", Waiter.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A select that locks several channels does it in this order. */
    private final long number = NUMBERS.getAndIncrement();

    private final boolean never;

    /** Where the values of a timer's channel come from; null for all others. */
    private final @Nullable TickSource ticks;

    /** Told of each value that is received, by whoever has moved it; null for almost all. */
    private final @Nullable Runnable onReceived;

    // Guarded by the lock.
    private final @Nullable Object[] buffer;
    private int oldest;
    private int count;
    private boolean closed;
    private final WaitQueue senders = new WaitQueue();
    private final WaitQueue receivers = new WaitQueue();

    /**
     * A waiter for the next call that has to wait. Taken with the lock, by one at a time; put back
     * without it, by whoever has one, with release. Of two that are put back one is garbage.
     */
    @SuppressWarnings("unused") // through SPARE
    private @Nullable Waiter spare;

    private Chan(
            int capacity,
            boolean never,
            @Nullable TickSource ticks,
            @Nullable Runnable onReceived) {
        this.ticks = ticks;
        this.onReceived = onReceived;
        this.buffer = capacity == 0 ? NO_BUFFER : new @Nullable Object[capacity];
        this.never = never;
    }

    /** A channel without a buffer: sender and receiver wait for each other. */
    public static <T> Chan<T> unbuffered() {
        return new Chan<>(0, false, null, null);
    }

    /**
     * A channel with a buffer.
     *
     * @param capacity how many values it holds; 0 is {@link #unbuffered}
     * @throws IllegalArgumentException if it is negative, or more than {@link #CAPACITY_MAX}
     */
    public static <T> Chan<T> buffered(int capacity) {
        if (capacity < 0 || capacity > CAPACITY_MAX) {
            throw new IllegalArgumentException(
                    "capacity of a channel must be in 0.." + CAPACITY_MAX + ": " + capacity);
        }
        return new Chan<>(capacity, false, null, null);
    }

    /**
     * A channel on which nothing ever happens, like Go's nil channel: who sends or receives waits
     * until it is interrupted, and a select never chooses it. To switch off a case of a select.
     */
    public static <T> Chan<T> never() {
        return new Chan<>(0, true, null, null);
    }

    /** A channel on which only a timer sends. */
    static Chan<Instant> ofTicks(TickSource ticks) {
        return new Chan<>(0, false, ticks, null);
    }

    /**
     * A channel that tells of each value that is received; for a sender that only tries.
     *
     * @param onReceived is called without the lock
     */
    static <T> Chan<T> observed(int capacity, Runnable onReceived) {
        return new Chan<>(capacity, false, null, onReceived);
    }

    @Override
    public void send(T value) throws InterruptedException {
        sendUntil(value, false, 0);
    }

    @Override
    public boolean trySend(T value) {
        Objects.requireNonNull(value, "null cannot be sent: it stands for the end of a channel");
        if (never) {
            return false;
        }
        Thread receiver;
        lock();
        try {
            requireOpen();
            Waiter waiter = receivers.claim();
            if (waiter == null) {
                return put(value);
            }
            receiver = waiter.call.decide(waiter.index, value, false);
        } finally {
            unlock();
        }
        LockSupport.unpark(receiver);
        tellReceived();
        return true;
    }

    @Override
    public boolean trySend(T value, Duration timeout) throws InterruptedException {
        long nanos = Blocked.nanos(timeout);
        if (nanos <= 0) {
            return trySend(value);
        }
        return sendUntil(value, nanos != Blocked.FOR_EVER, Blocked.deadlineNanos(nanos));
    }

    @Override
    public void send(T value, Context context) throws InterruptedException {
        context.throwIfDone();
        Select select = new Select();
        select.receive(context.done());
        int sent = select.send(this, value);
        if (select.await() != sent) {
            context.throwIfDone();
        }
    }

    /** False when the deadline came first. */
    private boolean sendUntil(T value, boolean timed, long deadlineNanos)
            throws InterruptedException {
        Objects.requireNonNull(value, "null cannot be sent: it stands for the end of a channel");
        Thread receiver = null;
        Waiter mine = null;
        lock();
        try {
            requireOpen();
            Waiter waiter = never ? null : receivers.claim();
            if (waiter != null) {
                receiver = waiter.call.decide(waiter.index, value, false);
            } else if (never || !put(value)) {
                mine = takeSpare();
                mine.value = value;
                senders.addLast(mine);
            }
        } finally {
            unlock();
        }
        if (mine == null) {
            if (receiver != null) {
                LockSupport.unpark(receiver);
            }
            return true;
        }
        boolean decided = await(mine, senders, timed, deadlineNanos);
        boolean wasClosed = mine.call.wasClosed();
        putSpare(mine);
        if (decided && wasClosed) {
            throw new ClosedChanException(this + " was closed while a value waited to be sent");
        }
        return decided;
    }

    @Override
    public @Nullable T receive() throws InterruptedException {
        return receiveUntil(false, 0);
    }

    @Override
    public @Nullable T tryReceive() {
        Thread sender = null;
        Object value;
        lock();
        try {
            Waiter waiter = never ? null : firstSender();
            value = take(waiter);
            if (waiter != null) {
                sender = waiter.call.decide(waiter.index, null, false);
            }
        } finally {
            unlock();
        }
        if (sender != null) {
            LockSupport.unpark(sender);
        }
        if (value != null) {
            tellReceived();
        }
        return cast(value);
    }

    @Override
    public @Nullable T tryReceive(Duration timeout) throws InterruptedException {
        long nanos = Blocked.nanos(timeout);
        if (nanos <= 0) {
            return tryReceive();
        }
        return receiveUntil(nanos != Blocked.FOR_EVER, Blocked.deadlineNanos(nanos));
    }

    @Override
    public @Nullable T receive(Context context) throws InterruptedException {
        context.throwIfDone();
        Select select = new Select();
        select.receive(context.done());
        int received = select.receive(this);
        if (select.await() != received) {
            context.throwIfDone();
        }
        return select.received(this);
    }

    private @Nullable T receiveUntil(boolean timed, long deadlineNanos)
            throws InterruptedException {
        Thread sender = null;
        Waiter mine = null;
        Object value;
        lock();
        try {
            Waiter waiter = never ? null : firstSender();
            value = take(waiter);
            if (waiter != null) {
                sender = waiter.call.decide(waiter.index, null, false);
            } else if (value == null && !closed) {
                mine = takeSpare();
                receivers.addLast(mine);
            }
        } finally {
            unlock();
        }
        if (sender != null) {
            LockSupport.unpark(sender);
        }
        if (mine != null) {
            startTicks();
            boolean decided = await(mine, receivers, timed, deadlineNanos);
            value = decided ? mine.call.received() : null;
            putSpare(mine);
        } else if (value != null) {
            tellReceived();
        }
        return cast(value);
    }

    @SuppressWarnings("unchecked") // only values of that type are ever put into it
    private @Nullable T cast(@Nullable Object value) {
        return (T) value;
    }

    /** Waits for the decision of a call on this channel alone; false when the time was over. */
    private boolean await(Waiter mine, WaitQueue queue, boolean timed, long deadlineNanos)
            throws InterruptedException {
        int winner = Blocked.CANCELLED;
        try {
            winner = mine.call.await(this, timed, deadlineNanos);
        } finally {
            if (winner == Blocked.CANCELLED) {
                lock();
                queue.remove(mine);
                unlock();
            }
        }
        return winner != Blocked.CANCELLED;
    }

    @Override
    public void close() {
        if (never) {
            throw new IllegalStateException("the channel on which nothing happens has no end");
        }
        List<Thread> waiting = new ArrayList<>();
        lock();
        try {
            if (closed) {
                throw new ClosedChanException(this + " is closed already");
            }
            closed = true;
            decideAll(receivers, waiting);
            decideAll(senders, waiting);
        } finally {
            unlock();
        }
        waiting.forEach(LockSupport::unpark);
    }

    private static void decideAll(WaitQueue queue, List<Thread> waiting) {
        for (Waiter waiter = queue.claim(); waiter != null; waiter = queue.claim()) {
            waiting.add(waiter.call.decide(waiter.index, null, true));
        }
    }

    @Override
    public boolean isClosed() {
        lock();
        try {
            return closed;
        } finally {
            unlock();
        }
    }

    @Override
    public boolean isDrained() {
        lock();
        try {
            return closed && count == 0;
        } finally {
            unlock();
        }
    }

    @Override
    public int size() {
        lock();
        try {
            return count;
        } finally {
            unlock();
        }
    }

    @Override
    public int capacity() {
        return buffer.length;
    }

    @Override
    public Iterator<T> iterator() {
        return new ChanIterator<>(this);
    }

    @Override
    public String toString() {
        return never ? "Chan[never]" : "Chan[#" + number + ", capacity " + buffer.length + "]";
    }

    // With the lock; for Select as well.

    long number() {
        return number;
    }

    boolean isNever() {
        return never;
    }

    WaitQueue senders() {
        return senders;
    }

    WaitQueue receivers() {
        return receivers;
    }

    boolean isClosedLocked() {
        return closed;
    }

    private void requireOpen() {
        if (closed) {
            throw new ClosedChanException("a value is sent on " + this + ", which is closed");
        }
    }

    /** Puts a value into the buffer; false when it is full. Nobody waits to receive. */
    boolean put(Object value) {
        if (count == buffer.length) {
            return false;
        }
        int index = oldest + count;
        buffer[index < buffer.length ? index : index - buffer.length] = value;
        count++;
        return true;
    }

    /** The sender whose value is due, to be decided after {@link #take}; null when none waits. */
    @Nullable Waiter firstSender() {
        return senders.claim();
    }

    /**
     * Takes the next value: the oldest of the buffer, and the waiting sender's moves in; without a
     * buffer, the waiting sender's. Null when there is none.
     */
    @Nullable Object take(@Nullable Waiter sender) {
        if (count == 0) {
            if (ticks != null) {
                return ticks.take();
            }
            return sender == null ? null : sender.value;
        }
        Object value = buffer[oldest];
        buffer[oldest] = null;
        oldest = oldest + 1 == buffer.length ? 0 : oldest + 1;
        count--;
        if (sender != null) {
            put(Objects.requireNonNull(sender.value));
        }
        return value;
    }

    /** After somebody was queued to receive, and without the lock. */
    void startTicks() {
        if (ticks != null) {
            ticks.start();
        }
    }

    /** After a value was taken, or given to somebody who waited; without the lock. */
    void tellReceived() {
        if (onReceived != null) {
            onReceived.run();
        }
    }

    private Waiter takeSpare() {
        Waiter waiter = (Waiter) SPARE.getAcquire(this);
        if (waiter == null) {
            waiter = new Waiter(new Blocked(), 0);
        } else {
            SPARE.setOpaque(this, null);
        }
        waiter.call.begin();
        return waiter;
    }

    private void putSpare(Waiter waiter) {
        waiter.value = null;
        waiter.call.forget();
        SPARE.setRelease(this, waiter);
    }
}
