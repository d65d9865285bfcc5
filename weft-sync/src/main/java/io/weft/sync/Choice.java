package io.weft.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Select} whose cases say themselves what follows.
 *
 * {@snippet :
 * String outcome =
 *         Choice.<String>of()
 *                 .receive(orders, order -> "order " + order)
 *                 .send(log, "idle", () -> "logged")
 *                 .after(Duration.ofSeconds(1), () -> "nothing came")
 *                 .await();
 * }
 *
 * <p>Exactly one of the functions is run, by the caller, after the wait. An object may be used
 * again and again, by one thread at a time; a timeout begins anew then.
 *
 * @param <R> of what the functions return
 */
public final class Choice<R extends @Nullable Object> {

    /** What follows a case that has received. */
    @FunctionalInterface
    public interface OnReceived<T, R extends @Nullable Object> {

        /**
         * Goes on with what was received.
         *
         * @param value null at the end of the channel
         */
        R apply(@Nullable T value);
    }

    private final Select select = new Select();
    private final List<Supplier<? extends R>> actions = new ArrayList<>();
    private @Nullable Duration timeout;
    private @Nullable Instant deadline;
    private @Nullable Supplier<? extends R> late;
    private @Nullable Supplier<? extends R> otherwise;

    private Choice() {}

    /** A choice without a case. */
    public static <R extends @Nullable Object> Choice<R> of() {
        return new Choice<>();
    }

    /**
     * A case that receives.
     *
     * @param action is given the value; null at the end of the channel
     */
    public <T> Choice<R> receive(
            ReceiveChan<T> channel, OnReceived<? super T, ? extends R> action) {
        Objects.requireNonNull(action, "action");
        select.receive(channel);
        actions.add(() -> action.apply(select.received(channel)));
        return this;
    }

    /** A case that sends a value. */
    public <T> Choice<R> send(SendChan<T> channel, T value, Supplier<? extends R> action) {
        Objects.requireNonNull(action, "action");
        select.send(channel, value);
        actions.add(action);
        return this;
    }

    /**
     * What follows when no other case could take place for so long.
     *
     * @throws IllegalStateException if there is a timeout, a deadline or a default already
     */
    public Choice<R> after(Duration time, Supplier<? extends R> action) {
        requireNoEnd();
        timeout = Objects.requireNonNull(time, "time");
        late = Objects.requireNonNull(action, "action");
        return this;
    }

    /**
     * What follows when no other case could take place until then.
     *
     * @throws IllegalStateException if there is a timeout, a deadline or a default already
     */
    public Choice<R> at(Instant moment, Supplier<? extends R> action) {
        requireNoEnd();
        deadline = Objects.requireNonNull(moment, "moment");
        late = Objects.requireNonNull(action, "action");
        return this;
    }

    /**
     * What follows when no other case can take place at once.
     *
     * @throws IllegalStateException if there is a timeout, a deadline or a default already
     */
    public Choice<R> otherwise(Supplier<? extends R> action) {
        requireNoEnd();
        otherwise = Objects.requireNonNull(action, "action");
        return this;
    }

    private void requireNoEnd() {
        if (late != null || otherwise != null) {
            throw new IllegalStateException(
                    "a choice has one of after, at and otherwise, and that once");
        }
    }

    /**
     * Waits for the first case that can take place, and runs what follows.
     *
     * @return what that returned
     * @throws ClosedChanException if a case that sends was chosen, and its channel is closed
     * @throws InterruptedException if the caller is or gets interrupted while it waits
     * @throws IllegalStateException if there is no case, so that it would wait for ever; or if
     *     another thread uses this object
     */
    public R await() throws InterruptedException {
        int chosen = choose();
        if (chosen != Select.NONE) {
            return actions.get(chosen).get();
        }
        return Objects.requireNonNull(otherwise == null ? late : otherwise).get();
    }

    private int choose() throws InterruptedException {
        if (otherwise != null) {
            return select.poll();
        }
        if (timeout != null) {
            return select.await(timeout);
        }
        return deadline == null ? select.await() : select.awaitUntil(deadline);
    }
}
