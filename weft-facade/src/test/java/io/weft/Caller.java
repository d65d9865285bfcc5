package io.weft;

/** On what kind of thread a test calls. */
enum Caller {
    PLATFORM {
        @Override
        void run(WeftRuntime runtime, Body<Exception> body) throws Exception {
            body.run();
        }
    },
    GOROUTINE {
        @Override
        void run(WeftRuntime runtime, Body<Exception> body) throws Exception {
            runtime.run(body);
        }
    };

    /** Runs the body there, and waits for its end. */
    abstract void run(WeftRuntime runtime, Body<Exception> body) throws Exception;

    /** Starts the body there. What it throws goes nowhere. */
    Thread start(WeftRuntime runtime, Body<Exception> body) {
        Runnable task =
                () -> {
                    try {
                        body.run();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                };
        return this == GOROUTINE ? runtime.go(task) : Thread.ofPlatform().daemon().start(task);
    }

    /** Waits until a thread waits. */
    static void awaitParked(Thread thread) throws InterruptedException {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (thread.getState() != Thread.State.WAITING
                && thread.getState() != Thread.State.TIMED_WAITING) {
            if (!thread.isAlive() || System.nanoTime() - deadline > 0) {
                throw new AssertionError(thread + " does not wait: " + thread.getState());
            }
            Thread.sleep(1);
        }
    }
}
