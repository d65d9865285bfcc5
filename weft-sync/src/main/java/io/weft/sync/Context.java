package io.weft.sync;

import io.weft.sched.spi.Wrapper;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a piece of work is done for: whether it is still wanted, until when, and values that travel
 * with it. Contexts form a tree; when one is cancelled, all below it are.
 *
 * {@snippet :
 * try (CancelContext request = Context.current().withTimeout(Duration.ofSeconds(2))) {
 *     Answer answer = request.call(() -> ask(backend)); // interrupted when the time is over
 * }
 * }
 *
 * <p>Code that knows its context looks at {@link #isDone}, or has {@link #done} as a case of a
 * {@link Select}. Code that does not is reached all the same: {@link #call} and {@link #run}
 * interrupt it when the context is done, which ends waits on channels, locks and timers with an
 * {@link InterruptedException}, and calls on connections as an interrupt does: the connection is
 * closed. Both of them turn what comes of that into a {@link CancelledException}.
 *
 * <p>The semantics are those of Go's {@code context}. Values are bound as {@link ScopedValue}s
 * while {@link #call} runs, so that code below needs no context to find them.
 *
 * <p>All methods may be called from any thread.
 */
public abstract sealed class Context permits CancelContext, ValueContext, RootContext {

    private static final ScopedValue<Context> CURRENT = ScopedValue.newInstance();

    Context() {}

    /** The root: never cancelled, without a deadline and without values. */
    public static Context background() {
        return RootContext.BACKGROUND;
    }

    /** The context in whose {@link #call} or {@link #run} the caller is; else the root. */
    public static Context current() {
        return CURRENT.orElse(RootContext.BACKGROUND);
    }

    /** A context below this one, to be cancelled. Close it when the work is over. */
    public CancelContext withCancel() {
        return CancelContext.below(this, CancelContext.NO_DEADLINE);
    }

    /**
     * A context below this one that is cancelled when the time is over, with a {@link
     * DeadlineExceededException} as its cause. Close it when the work is over before.
     *
     * @param timeout zero or less is over at once; some 292 years or more never
     */
    public CancelContext withTimeout(Duration timeout) {
        long nanos = Blocked.nanos(timeout);
        return CancelContext.below(
                this,
                nanos == Blocked.FOR_EVER
                        ? CancelContext.NO_DEADLINE
                        : Blocked.deadlineNanos(nanos));
    }

    /** As {@link #withTimeout}, for the time from now to that moment of the caller's clock. */
    public CancelContext withDeadline(Instant deadline) {
        return withTimeout(Duration.between(Hosts.now(), deadline));
    }

    /** A context below this one in which {@code key} has a value. */
    public <T> Context with(ScopedValue<T> key, T value) {
        return new ValueContext(this, Objects.requireNonNull(key), Objects.requireNonNull(value));
    }

    /**
     * A context with the values of this one that is never cancelled: for work that must be done.
     */
    public Context withoutCancel() {
        return new ValueContext(this, null, null);
    }

    /**
     * The value of a key: of this context, or the nearest above it that has one; else as the caller
     * has it bound; else null.
     */
    public <T> @Nullable T value(ScopedValue<T> key) {
        Context here = this;
        while (true) {
            switch (here) {
                case ValueContext binding when binding.key() == key -> {
                    return binding.valueOf(key);
                }
                case ValueContext binding -> here = binding.parent();
                case CancelContext cancellable -> here = cancellable.parent();
                case RootContext root -> {
                    return key.isBound() ? key.get() : null;
                }
            }
        }
    }

    /** The nearest context that can be cancelled, itself included; null when there is none. */
    abstract @Nullable CancelContext canceller();

    /** Whether it is cancelled, or its time over. */
    public boolean isDone() {
        return cause() != null;
    }

    /** Why it is done; null when it is not. */
    public @Nullable Throwable cause() {
        CancelContext canceller = canceller();
        return canceller == null ? null : canceller.ownCause();
    }

    /**
     * Throws if it is done.
     *
     * @throws CancelledException with {@link #cause} as its cause
     */
    public void throwIfDone() {
        Throwable cause = cause();
        if (cause != null) {
            throw CancelledException.of(cause);
        }
    }

    /** How much time is left; zero when it is over, empty when there is no deadline. */
    public Optional<Duration> timeLeft() {
        CancelContext canceller = canceller();
        if (canceller == null || canceller.deadlineNanos() == CancelContext.NO_DEADLINE) {
            return Optional.empty();
        }
        long left = canceller.deadlineNanos() - canceller.host().nanoTime();
        return Optional.of(Duration.ofNanos(Math.max(0, left)));
    }

    /**
     * A channel that is closed when the context is done, for a case of a {@link Select}. Of the
     * root it is {@link Chan#never}.
     */
    public ReceiveChan<Void> done() {
        CancelContext canceller = canceller();
        return canceller == null ? RootContext.NEVER : canceller.doneChannel();
    }

    /**
     * Runs a function on a goroutine of its own when the context is done; at once if it is. For
     * what no interrupt ends: {@code context.afterDone(server::close)}.
     *
     * @return to take it back
     */
    public Registration afterDone(Runnable function) {
        Objects.requireNonNull(function, "function");
        CancelContext canceller = canceller();
        if (canceller == null) {
            return () -> false;
        }
        FunctionDependent dependent = new FunctionDependent(canceller, function);
        canceller.add(dependent);
        return dependent;
    }

    /** A function that was registered with {@link Context#afterDone}. */
    @FunctionalInterface
    public interface Registration {

        /**
         * Takes it back.
         *
         * @return true if it will not be run; false if it was started, or taken back before
         */
        boolean stop();
    }

    /**
     * Calls an operation in this context: it is {@link #current}, its values are bound, and the
     * calling thread is interrupted if it becomes done meanwhile.
     *
     * @return what the operation returns, even if the context is done by then
     * @throws X what the operation throws, as it throws it
     * @throws CancelledException if the context is done before; or if it becomes done meanwhile and
     *     the operation ends with an exception that comes of the interrupt
     */
    public <T, X extends Throwable> T call(ScopedValue.CallableOp<? extends T, X> operation)
            throws X {
        throwIfDone();
        ScopedValue.Carrier scope = bindings().where(CURRENT, this);
        CancelContext canceller = canceller();
        if (canceller == null) {
            return scope.call(operation);
        }
        Interrupter interrupter = new Interrupter(Thread.currentThread());
        canceller.add(interrupter);
        Throwable failure = null;
        try {
            return scope.call(operation);
        } catch (Throwable e) {
            failure = e;
            throw e;
        } finally {
            canceller.remove(interrupter);
            if (interrupter.end() && Interrupter.comesOfInterrupt(failure)) {
                CancelledException cancelled =
                        CancelledException.of(Objects.requireNonNull(canceller.ownCause()));
                cancelled.addSuppressed(failure);
                throwInstead(cancelled);
            }
        }
    }

    /** Apart from the block that it ends, where the compiler takes it for a mistake. */
    private static void throwInstead(CancelledException cancelled) {
        throw cancelled;
    }

    /**
     * Runs a body in this context.
     *
     * @throws CancelledException as {@link #call}
     */
    public void run(Runnable body) {
        Object nothing =
                call(
                        () -> {
                            body.run();
                            return null;
                        });
        assert nothing == null;
    }

    /**
     * Starts a goroutine, where the caller is one, else on the default runtime, that runs a body in
     * this context. When the context is done before its turn comes, it ends without a word.
     */
    public Thread go(Runnable body) {
        Objects.requireNonNull(body, "body");
        return Hosts.current().go(new InContext(this, body));
    }

    /** The task of {@link #go}. */
    private record InContext(Context context, Runnable wrapped) implements Wrapper {

        @Override
        public void run() {
            if (!context.isDone()) {
                context.run(wrapped);
            }
        }
    }

    /**
     * Waits, unless the context is done or becomes so meanwhile.
     *
     * @param duration zero or less is no time; some 292 years or more is for ever
     * @throws CancelledException if it is done
     * @throws InterruptedException if the caller is or gets interrupted
     */
    public void sleep(Duration duration) throws InterruptedException {
        throwIfDone();
        Object nothing = done().tryReceive(duration); // the channel has no values
        assert nothing == null;
        throwIfDone();
    }

    /** The values of this context and those above it. */
    private ScopedValue.Carrier bindings() {
        Context above =
                switch (this) {
                    case ValueContext binding -> binding.parent();
                    case CancelContext cancellable -> cancellable.parent();
                    case RootContext root -> null;
                };
        ScopedValue.Carrier carrier =
                above == null ? ScopedValue.where(CURRENT, this) : above.bindings();
        return this instanceof ValueContext binding ? binding.bindOn(carrier) : carrier;
    }
}
