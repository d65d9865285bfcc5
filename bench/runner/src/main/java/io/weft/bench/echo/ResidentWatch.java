package io.weft.bench.echo;

import io.weft.bench.process.ChildException;
import io.weft.bench.process.ServerProcess;
import java.util.concurrent.TimeUnit;

/**
 * The most resident memory that a server has while it is under load, looked at a few times a
 * second.
 */
final class ResidentWatch implements AutoCloseable {

    private static final long LOOK_MILLIS = 150;

    private final ServerProcess server;
    private final Thread thread;
    private volatile long mostBytes;

    ResidentWatch(ServerProcess server) {
        this.server = server;
        this.thread = Thread.ofPlatform().daemon().name("resident").start(this::look);
    }

    private void look() {
        long most = 0;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                most = Math.max(most, server.roughResidentBytes());
                mostBytes = most;
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        } catch (ChildException | InterruptedException e) {
            // The server is gone, which its load will notice, or the window is over.
            return;
        }
    }

    /** 0 if there was no look. */
    long mostBytes() {
        return mostBytes;
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
