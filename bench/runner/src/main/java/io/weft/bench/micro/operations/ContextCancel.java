package io.weft.bench.micro.operations;

import io.weft.sync.CancelContext;
import io.weft.sync.Context;
import java.util.ArrayList;
import java.util.List;

/**
 * A tree of 10,000 contexts of Weft below a root is cancelled. The operation is a tree; only its
 * cancelling counts, not its building.
 */
final class ContextCancel implements Operation {

    private static final int BELOW_ROOT = 100;
    private static final int BELOW_CHILD = 99;

    private final List<Context> contexts = new ArrayList<>();

    @Override
    public Done batch(Threads threads) {
        long start = System.nanoTime();
        contexts.clear();
        CancelContext root = Context.background().withCancel();
        for (int i = 0; i < BELOW_ROOT; i++) {
            CancelContext child = below(root);
            for (int j = 0; j < BELOW_CHILD; j++) {
                below(child);
            }
        }
        long built = System.nanoTime();
        root.cancel();
        long cancelledNanos = System.nanoTime() - built;
        long count = contexts.stream().filter(Context::isDone).count();
        WrongResultException.check("cancelled contexts", count, BELOW_ROOT * (1L + BELOW_CHILD));
        return new Done(1, 0, System.nanoTime() - start - cancelledNanos);
    }

    private CancelContext below(Context above) {
        CancelContext context = above.withCancel();
        contexts.add(context);
        return context;
    }
}
