package io.weft.sync;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is computed when it is first asked for, once.
 *
 * {@snippet :
 * private final OnceValue<Config> config = new OnceValue<>(Config::load);
 * }
 *
 * <p>The semantics are Go's ({@code sync.OnceValue}): all who ask meanwhile wait, and all get the
 * same value, or the same exception, object for object. The supplier becomes garbage afterwards.
 *
 * <p>All methods may be called from any thread.
 *
 * @param <T> of the value, which may be null if its type says so
 */
public final class OnceValue<T extends @Nullable Object> implements Supplier<T> {

    private final Once once = new Once();

    // Written by the one that runs, published by its end.
    private @Nullable Supplier<? extends T> supplier;
    private @Nullable T value;
    private @Nullable Throwable failure;

    /** Computes nothing yet. */
    public OnceValue(Supplier<? extends T> supplier) {
        this.supplier = Objects.requireNonNull(supplier, "supplier");
    }

    /**
     * The value. An interrupt does not end the wait for it; it stays pending.
     *
     * @throws IllegalStateException if the supplier asks for its own value
     */
    @Override
    @SuppressWarnings("NullAway") // null only if the supplier's type allows it
    public T get() {
        if (!once.isDone()) {
            once.run(this::compute);
        }
        if (failure != null) {
            throw OnceValue.<RuntimeException>unchecked(failure);
        }
        return value;
    }

    /** Whether it was computed, or that has failed. */
    public boolean isDone() {
        return once.isDone();
    }

    private void compute() {
        Supplier<? extends T> computes = Objects.requireNonNull(supplier);
        supplier = null;
        try {
            value = computes.get();
        } catch (Throwable e) {
            failure = e;
        }
    }

    /** A supplier may throw what it does not declare; it is thrown on as it is. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> X unchecked(Throwable failure) throws X {
        throw (X) failure;
    }

    @Override
    public String toString() {
        if (!isDone()) {
            return "OnceValue[to be computed]";
        }
        return failure == null ? "OnceValue[" + value + "]" : "OnceValue[failed: " + failure + "]";
    }
}
