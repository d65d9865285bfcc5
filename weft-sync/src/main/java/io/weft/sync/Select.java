package io.weft.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the first of several channel operations. Exactly one of them takes place; when several
 * could, each is as likely as the others.
 *
 * {@snippet :
 * Select select = new Select();
 * select.receive(orders); // case 0
 * select.receive(cancels); // case 1
 * while (true) {
 *     switch (select.await()) {
 *         case 0 -> ship(select.received(orders));
 *         case 1 -> drop(select.received(cancels));
 *     }
 * }
 * }
 *
 * <p>Cases have numbers, from 0 on, in the order in which they are added. An object may be used
 * again and again, and allocates nothing then, but by one thread at a time. The same channel may be
 * in several cases, also to send and to receive: a select never receives what it sends itself. A
 * case on {@link Chan#never} is never chosen.
 *
 * <p>The algorithm is Go's ({@code selectgo}): look at all channels in random order; with all of
 * them locked, in the order of their numbers, look again, and queue a waiter in each; whoever
 * completes one of these claims the select, which is taken out of the other queues when it wakes
 * up. The first look takes one lock at a time, which is enough to find something; only that there
 * is nothing has to be true for all channels at the same moment.
 */
public final class Select {

    /** No case was chosen. */
    public static final int NONE = -1;

    /** The most cases of one select. */
    public static final int CASES_MAX = 1 << 16;

    private static final int CASES_FIRST = 4;

    private static final AtomicLong SEEDS = new AtomicLong();

    /** A number without a pattern (the golden ratio): seeds differ in about half of their bits. */
    private static final long SEED_STEP = 0x9E37_79B9_7F4A_7C15L;

    private final Blocked call = new Blocked();
    private @Nullable Chan<?>[] channels = new Chan<?>[CASES_FIRST];
    private @Nullable Waiter[] waiters = new Waiter[CASES_FIRST];
    private boolean[] sending = new boolean[CASES_FIRST];

    /** The cases by the numbers of their channels. */
    private int[] lockOrder = new int[CASES_FIRST];

    /** The cases in the order in which they are looked at. */
    private int[] pollOrder = new int[CASES_FIRST];

    private int count;
    private long random = SEEDS.addAndGet(SEED_STEP) | 1;
    private boolean used;

    private int chosen = NONE;
    private @Nullable Object received;

    /** Whom the chosen operation has completed. */
    private @Nullable Thread partner;

    /** Begins without a case. */
    public Select() {}

    /**
     * Adds a case that receives.
     *
     * @return its number
     * @throws IllegalStateException if there are {@link #CASES_MAX} cases
     */
    public int receive(ReceiveChan<?> channel) {
        return add((Chan<?>) channel, null, false);
    }

    /**
     * Adds a case that sends.
     *
     * @return its number
     * @throws IllegalStateException if there are {@link #CASES_MAX} cases
     */
    public <T> int send(SendChan<T> channel, T value) {
        return add((Chan<?>) channel, requireValue(value), true);
    }

    /**
     * Has a case that sends offer another value from now on.
     *
     * @throws IllegalArgumentException if there is no such case
     */
    public void offer(int number, Object value) {
        if (number < 0 || number >= count || !sending[number]) {
            throw new IllegalArgumentException("case " + number + " does not send");
        }
        waiter(number).value = requireValue(value);
    }

    private static <T> T requireValue(T value) {
        return Objects.requireNonNull(
                value, "null cannot be sent: it stands for the end of a channel");
    }

    private int add(Chan<?> channel, @Nullable Object value, boolean sends) {
        Objects.requireNonNull(channel, "channel");
        if (count == CASES_MAX) {
            throw new IllegalStateException("a select has at most " + CASES_MAX + " cases");
        }
        if (count == channels.length) {
            grow();
        }
        int number = count++;
        channels[number] = channel;
        sending[number] = sends;
        Waiter waiter = new Waiter(call, number);
        waiter.value = value;
        waiters[number] = waiter;
        pollOrder[number] = number;
        int at = number;
        for (; at > 0 && channel(lockOrder[at - 1]).number() > channel.number(); at--) {
            lockOrder[at] = lockOrder[at - 1];
        }
        lockOrder[at] = number;
        return number;
    }

    private void grow() {
        int length = count * 2;
        channels = Arrays.copyOf(channels, length);
        waiters = Arrays.copyOf(waiters, length);
        sending = Arrays.copyOf(sending, length);
        lockOrder = Arrays.copyOf(lockOrder, length);
        pollOrder = Arrays.copyOf(pollOrder, length);
    }

    /**
     * Waits until one of the operations can take place, and has it take place.
     *
     * @return the number of its case
     * @throws ClosedChanException if a case that sends was chosen, and its channel is closed
     * @throws InterruptedException if the caller is or gets interrupted while it waits; then none
     *     takes place
     * @throws IllegalStateException if there is no case, so that it would wait for ever; or if
     *     another thread uses this object
     */
    public int await() throws InterruptedException {
        if (count == 0) {
            throw new IllegalStateException("a select without a case waits for ever: add one");
        }
        return run(true, false, 0);
    }

    /**
     * Has one of the operations take place if one can right now.
     *
     * @return the number of its case, or {@link #NONE}: at some moment during this call, none of
     *     them could
     * @throws ClosedChanException as {@link #await()}
     * @throws IllegalStateException if another thread uses this object
     */
    public int poll() {
        try {
            return run(false, false, 0);
        } catch (InterruptedException e) {
            throw new AssertionError("a poll does not wait", e);
        }
    }

    /**
     * Waits so long at most.
     *
     * @param timeout zero or less is {@link #poll}; some 292 years or more is for ever
     * @return the number of the chosen case, or {@link #NONE} when the time is over
     * @throws ClosedChanException as {@link #await()}
     * @throws InterruptedException as {@link #await()}
     * @throws IllegalStateException if another thread uses this object
     */
    public int await(Duration timeout) throws InterruptedException {
        long nanos = Blocked.nanos(timeout);
        if (nanos <= 0) {
            return poll();
        }
        return run(true, nanos != Blocked.FOR_EVER, Blocked.deadlineNanos(nanos));
    }

    /**
     * Waits until that moment of the caller's clock at most.
     *
     * @return as {@link #await(Duration)}
     * @throws ClosedChanException as {@link #await()}
     * @throws InterruptedException as {@link #await()}
     * @throws IllegalStateException if another thread uses this object
     */
    public int awaitUntil(Instant deadline) throws InterruptedException {
        return await(Duration.between(Hosts.now(), deadline));
    }

    /**
     * What the chosen case has received.
     *
     * @param channel of the chosen case
     * @return null at the end of the channel
     * @throws IllegalStateException if the last call has chosen another case
     */
    @SuppressWarnings("unchecked") // it came from that channel
    public <T> @Nullable T received(ReceiveChan<T> channel) {
        if (chosen == NONE || sending[chosen] || channels[chosen] != channel) {
            throw new IllegalStateException("the select has not received from " + channel);
        }
        return (T) received;
    }

    private int run(boolean waits, boolean timed, long deadlineNanos) throws InterruptedException {
        if (used) {
            throw new IllegalStateException("a select is used by one thread at a time");
        }
        used = true;
        chosen = NONE;
        received = null;
        try {
            chosen = choose(waits, timed, deadlineNanos);
            return chosen;
        } finally {
            used = false;
        }
    }

    private int choose(boolean waits, boolean timed, long deadlineNanos)
            throws InterruptedException {
        shuffle();
        int found = lookAtEach();
        if (found == NONE) {
            found = lookAtAll(waits);
        }
        Thread waiter = partner;
        if (waiter != null) {
            partner = null;
            LockSupport.unpark(waiter);
        }
        if (received != null) {
            channel(found).tellReceived();
        }
        return found != NONE || !waits ? found : sleep(timed, deadlineNanos);
    }

    private void shuffle() {
        for (int i = count - 1; i > 0; i--) {
            int j = (int) (((nextRandom() >>> Integer.SIZE) * (i + 1)) >>> Integer.SIZE);
            int other = pollOrder[j];
            pollOrder[j] = pollOrder[i];
            pollOrder[i] = other;
        }
    }

    /** Xorshift (Marsaglia 2003). */
    private long nextRandom() {
        long next = random;
        next ^= next << 13;
        next ^= next >>> 7;
        next ^= next << 17;
        random = next;
        return next;
    }

    private int lookAtEach() {
        for (int i = 0; i < count; i++) {
            int number = pollOrder[i];
            Chan<?> channel = channel(number);
            if (channel.isNever()) {
                continue;
            }
            channel.lock();
            try {
                if (take(number, channel)) {
                    return number;
                }
            } finally {
                channel.unlock();
            }
        }
        return NONE;
    }

    /** Looks at all channels in one moment; when nothing is there, queues the call if it waits. */
    private int lookAtAll(boolean waits) {
        lockAll();
        try {
            for (int i = 0; i < count; i++) {
                int number = pollOrder[i];
                if (!channel(number).isNever() && take(number, channel(number))) {
                    return number;
                }
            }
            if (waits) {
                queueAll();
            }
            return NONE;
        } finally {
            unlockAll();
        }
    }

    /** Has the operation of a case take place if it can, with its channel locked. */
    private boolean take(int number, Chan<?> channel) {
        return sending[number] ? takeSend(number, channel) : takeReceive(channel);
    }

    private boolean takeSend(int number, Chan<?> channel) {
        if (channel.isClosedLocked()) {
            throw new ClosedChanException("a select sends on " + channel + ", which is closed");
        }
        Object value = Objects.requireNonNull(waiter(number).value);
        Waiter receiver = channel.receivers().claim();
        if (receiver == null) {
            return channel.put(value);
        }
        partner = receiver.call.decide(receiver.index, value, false);
        return true;
    }

    private boolean takeReceive(Chan<?> channel) {
        Waiter sender = channel.firstSender();
        received = channel.take(sender);
        if (sender != null) {
            partner = sender.call.decide(sender.index, null, false);
        }
        return received != null || channel.isClosedLocked();
    }

    private void queueAll() {
        call.begin();
        for (int number = 0; number < count; number++) {
            Chan<?> channel = channel(number);
            if (!channel.isNever()) {
                queue(number, channel).addLast(waiter(number));
            }
        }
    }

    private int sleep(boolean timed, long deadlineNanos) throws InterruptedException {
        int winner = Blocked.CANCELLED;
        for (int number = 0; number < count; number++) {
            channel(number).startTicks();
        }
        try {
            winner = call.await(this, timed, deadlineNanos);
        } finally {
            leaveAll(winner);
        }
        if (winner == Blocked.CANCELLED) {
            return NONE;
        }
        received = call.received();
        boolean wasClosed = call.wasClosed();
        call.forget();
        if (wasClosed && sending[winner]) {
            throw new ClosedChanException(
                    channel(winner) + " was closed while a select waited to send");
        }
        return winner;
    }

    /** Takes the call out of the queues; with each lock, since somebody may be looking at it. */
    private void leaveAll(int winner) {
        for (int number = 0; number < count; number++) {
            Chan<?> channel = channel(number);
            if (number != winner && !channel.isNever()) {
                channel.lock();
                queue(number, channel).remove(waiter(number));
                channel.unlock();
            }
        }
    }

    private void lockAll() {
        Chan<?> before = null;
        for (int i = 0; i < count; i++) {
            Chan<?> channel = channel(lockOrder[i]);
            if (channel != before) {
                channel.lock();
                before = channel;
            }
        }
    }

    private void unlockAll() {
        Chan<?> before = null;
        for (int i = count - 1; i >= 0; i--) {
            Chan<?> channel = channel(lockOrder[i]);
            if (channel != before) {
                channel.unlock();
                before = channel;
            }
        }
    }

    private WaitQueue queue(int number, Chan<?> channel) {
        return sending[number] ? channel.senders() : channel.receivers();
    }

    private Chan<?> channel(int number) {
        return Objects.requireNonNull(channels[number]);
    }

    private Waiter waiter(int number) {
        return Objects.requireNonNull(waiters[number]);
    }
}
