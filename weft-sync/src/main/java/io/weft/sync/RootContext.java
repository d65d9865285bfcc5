package io.weft.sync;

import org.jspecify.annotations.Nullable;

/** What all contexts are below. */
final class RootContext extends Context {

    static final RootContext BACKGROUND = new RootContext();
    static final ReceiveChan<Void> NEVER = Chan.never();

    private RootContext() {}

    @Override
    @Nullable CancelContext canceller() {
        return null;
    }

    @Override
    public String toString() {
        return "Context[background]";
    }
}
