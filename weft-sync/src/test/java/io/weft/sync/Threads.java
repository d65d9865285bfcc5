package io.weft.sync;

import java.util.concurrent.Callable;

/** The kinds of threads that every test of locks runs on. */
enum Threads {
    PLATFORM {
        @Override
        <T> TestThread<T> start(Callable<T> body) {
            return TestThread.startPlatform(body);
        }
    },
    VIRTUAL {
        @Override
        <T> TestThread<T> start(Callable<T> body) {
            return TestThread.start(body);
        }
    };

    abstract <T> TestThread<T> start(Callable<T> body);

    /** Starts one that is parked when this returns. */
    <T> TestThread<T> startParked(Callable<T> body) throws InterruptedException {
        return start(body).awaitParked();
    }

    /** What a test's thread does, without a result. */
    @FunctionalInterface
    interface Body {
        void run() throws Exception;
    }

    TestThread<Boolean> run(Body body) {
        return start(
                () -> {
                    body.run();
                    return true;
                });
    }
}
