package io.weft.cli.workers;

import io.weft.cli.child.ChildException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Processes that listen on one port together (SO_REUSEPORT). One that fails is said at once and not
 * replaced; the others go on.
 *
 * <p>Started and awaited by one thread, ended by another.
 */
public final class Workers {

    private final int count;
    private final Consumer<String> complaints;
    private final AtomicInteger serving = new AtomicInteger();
    private final CompletableFuture<@Nullable Void> drain = new CompletableFuture<>();

    // Guarded by this. A process that is started while another thread ends all would be left over.
    private final List<Worker> workers = new ArrayList<>();
    private final List<Thread> followers = new ArrayList<>();

    /**
     * None started yet.
     *
     * @param complaints hears, a line or more each, what a person has to know; called by any thread
     */
    public Workers(int count, Consumer<String> complaints) {
        this.count = count;
        this.complaints = complaints;
    }

    /**
     * Starts them: the first alone, since it may choose the port, then the others at once.
     *
     * @param port to listen on, or 0 for a free one
     * @param arguments of a process that shall listen on a port
     * @return the line that says where they listen
     * @throws ChildException if one of them does not serve; the caller is to call {@link #end}
     */
    public String start(int port, IntFunction<List<String>> arguments)
            throws IOException, ChildException, InterruptedException {
        Worker first = launch(arguments.apply(port));
        Worker.Listening listening = first.awaitListening();
        List<Worker> all = new ArrayList<>(List.of(first));
        for (int i = 1; i < count; i++) {
            all.add(launch(arguments.apply(listening.port())));
        }
        for (Worker worker : all.subList(1, count)) {
            worker.awaitListening();
        }
        follow();
        return "listening on %s processes=%d procs=%d poller=%s pids=%s"
                .formatted(
                        listening.address(),
                        count,
                        listening.procs(),
                        listening.poller(),
                        all.stream()
                                .map(worker -> String.valueOf(worker.pid()))
                                .collect(Collectors.joining(",")));
    }

    /** Waits until no process is left. */
    public void awaitEnd() throws InterruptedException {
        for (Thread follower : followers()) {
            follower.join();
        }
    }

    /** Whether {@link #end} has been called. */
    public boolean isEnding() {
        return drain.isDone();
    }

    /**
     * Ends all processes: they drain if all of them serve already, and are killed if not.
     *
     * @return what they have served, or null if they were killed
     */
    public @Nullable WorkersReport end() throws InterruptedException {
        synchronized (this) {
            drain.complete(null);
            if (followers.isEmpty()) {
                workers.forEach(Worker::kill);
                return null;
            }
        }
        awaitEnd();
        synchronized (this) {
            return new WorkersReport(workers.stream().map(Worker::figures).toList());
        }
    }

    private synchronized Worker launch(List<String> arguments) throws IOException, ChildException {
        checkNotEnding();
        Worker worker = Worker.start(arguments);
        workers.add(worker);
        return worker;
    }

    private synchronized void follow() throws ChildException {
        checkNotEnding();
        serving.set(count);
        for (Worker worker : workers) {
            followers.add(
                    Thread.ofPlatform()
                            .daemon()
                            .name("process " + worker.pid())
                            .start(() -> follow(worker)));
        }
    }

    private void follow(Worker worker) {
        try {
            worker.follow(drain, new Complaints());
        } catch (InterruptedException e) {
            // Nobody interrupts these threads; the process has been killed all the same.
            Thread.currentThread().interrupt();
        }
    }

    private void checkNotEnding() throws ChildException {
        if (isEnding()) {
            throw new ChildException("stopped before all processes served");
        }
    }

    private synchronized List<Thread> followers() {
        return List.copyOf(followers);
    }

    private final class Complaints implements WorkerListener {

        @Override
        public void said(long pid, String line) {
            complaints.accept("process %d: %s".formatted(pid, line));
        }

        @Override
        public void failed(long pid, String how, List<String> lastErrors) {
            int left = serving.decrementAndGet();
            StringBuilder text = new StringBuilder("process %d %s".formatted(pid, how));
            if (!isEnding()) {
                text.append("; %d of %d serve on".formatted(left, count));
            }
            if (!lastErrors.isEmpty()) {
                text.append("; its last error lines:");
                lastErrors.forEach(line -> text.append("\n  ").append(line));
            }
            complaints.accept(text.toString());
        }
    }
}
