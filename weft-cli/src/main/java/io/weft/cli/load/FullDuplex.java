package io.weft.cli.load;

import io.weft.WeftRuntime;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends and receives in two goroutines, joined by permits for what may be in flight. With a rate it
 * is the open loop: a message is stamped with the time it was due, so what it waits for its turn,
 * or for a permit, is part of its latency. Without one it is the closed loop for messages that do
 * not fit into the socket buffers.
 */
final class FullDuplex implements Driver {

    private final WeftRuntime runtime;
    private final LoadOptions options;
    private final Latencies latencies;

    FullDuplex(WeftRuntime runtime, LoadOptions options, Latencies latencies) {
        this.runtime = runtime;
        this.options = options;
        this.latencies = latencies;
    }

    @Override
    public void drive(Lane lane, Window window) throws IOException, InterruptedException {
        Sender sender = new Sender(lane, window);
        Thread thread = runtime.go(sender);
        try {
            receiveAll(lane, window, sender);
        } finally {
            // After an error the sender may still wait for a permit; else it has ended.
            thread.interrupt();
            thread.join();
        }
    }

    private void receiveAll(Lane lane, Window window, Sender sender) throws IOException {
        while (!(sender.done && lane.inFlight() == 0)) {
            int completed = lane.receive();
            if (completed < 0) {
                sender.failIfUnfinished(lane);
                return;
            }
            if (completed > 0) {
                long now = System.nanoTime();
                for (int back = completed - 1; back >= 0; back--) {
                    latencies.answered(lane.index(), lane.stampOfReceived(back), now, window);
                }
                // After the stamps were read: the sender may overwrite them with a permit.
                sender.permits.release(completed);
            }
        }
    }

    /** The goroutine that sends. */
    private final class Sender implements Runnable {

        private final Lane lane;
        private final Window window;
        private final Semaphore permits = new Semaphore(options.depth());

        /** Set once, before the output is shut: the receiver then sees the end of the stream. */
        private volatile boolean done;

        Sender(Lane lane, Window window) {
            this.lane = lane;
            this.window = window;
        }

        @Override
        public void run() {
            try {
                if (options.isOpenLoop()) {
                    sendAsScheduled();
                } else {
                    sendAsPermitted();
                }
                done = true;
                lane.shutdownOutput();
            } catch (IOException | InterruptedException e) {
                // The receiver sees the same failure, or is the one that asked to stop.
                lane.close();
            }
        }

        private void sendAsPermitted() throws IOException, InterruptedException {
            while (acquireUntilOver()) {
                int messages = 1 + permits.drainPermits();
                lane.send(messages, System.nanoTime());
            }
        }

        private void sendAsScheduled() throws IOException, InterruptedException {
            Schedule schedule =
                    new Schedule(
                            window.startNanos(),
                            options.messagesPerSecond(),
                            options.connections(),
                            lane.index());
            for (long message = 0; ; message++) {
                long dueNanos = schedule.dueNanos(message);
                if (window.isOver(dueNanos)) {
                    return;
                }
                sleepUntil(dueNanos);
                if (!acquireUntilOver()) {
                    recordUnsent(schedule, message);
                    return;
                }
                lane.send(1, dueNanos);
            }
        }

        private void recordUnsent(Schedule schedule, long firstMessage) {
            for (long message = firstMessage; ; message++) {
                long dueNanos = schedule.dueNanos(message);
                if (window.isOver(dueNanos)) {
                    return;
                }
                latencies.unsent(lane.index(), dueNanos, window);
            }
        }

        /** False when the window ended before there was a permit. */
        private boolean acquireUntilOver() throws InterruptedException {
            long left = window.toNanos() - System.nanoTime();
            return left > 0 && permits.tryAcquire(left, TimeUnit.NANOSECONDS);
        }

        private void sleepUntil(long nanos) throws InterruptedException {
            for (long left = nanos - System.nanoTime();
                    left > 0;
                    left = nanos - System.nanoTime()) {
                LockSupport.parkNanos(left);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }

        /** At the end of the stream: it must be the answer to ours. */
        private void failIfUnfinished(Lane lane) throws EOFException {
            if (!done || lane.inFlight() > 0) {
                throw new EOFException("the server closed the connection");
            }
        }
    }
}
