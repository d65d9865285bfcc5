package io.weft.sync;

/** Starts a goroutine when a context is done: {@link Context#afterDone}. */
final class FunctionDependent extends Dependent implements Context.Registration {

    private final CancelContext context;
    private final Runnable function;

    FunctionDependent(CancelContext context, Runnable function) {
        this.context = context;
        this.function = function;
    }

    @Override
    public boolean stop() {
        return context.remove(this);
    }

    @Override
    void onDone(Throwable cause, Links<Dependent> rest) {
        if (context.host().tryGo(function) == null) {
            JdkHost.INSTANCE.go(
                    function); // the runtime is closed, which is no reason not to tidy up
        }
    }
}
