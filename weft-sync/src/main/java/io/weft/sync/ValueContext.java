package io.weft.sync;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A context with one value more than its parent; or, without one, cut off from its cancellation.
 */
final class ValueContext extends Context {

    private final Context parent;
    private final @Nullable ScopedValue<?> key;
    private final @Nullable Object value;

    ValueContext(Context parent, @Nullable ScopedValue<?> key, @Nullable Object value) {
        this.parent = parent;
        this.key = key;
        this.value = value;
    }

    Context parent() {
        return parent;
    }

    @Nullable ScopedValue<?> key() {
        return key;
    }

    @SuppressWarnings("unchecked") // it was given with that key
    <T> T valueOf(ScopedValue<T> itsKey) {
        assert itsKey == key;
        return (T) Objects.requireNonNull(value);
    }

    @SuppressWarnings("unchecked") // as above
    ScopedValue.Carrier bindOn(ScopedValue.Carrier carrier) {
        return key == null ? carrier : carrier.where((ScopedValue<Object>) key, value);
    }

    @Override
    @Nullable CancelContext canceller() {
        return key == null ? null : parent.canceller();
    }

    @Override
    public String toString() {
        return "Context[" + (key == null ? "without cancel" : "value") + ", below " + parent + "]";
    }
}
