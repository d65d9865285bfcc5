package io.weft.bench.micro.operations;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Tasks that go to workers over one bounded queue; their results come back over another. */
final class Fan implements Operation {

    private static final int WORKERS = 64;
    private static final int TASKS_PER_BATCH = 20_000;
    private static final int QUEUE_CAPACITY = 128;

    /** A number to be squared. */
    private static final class Task {

        private final long number;
        private long square;

        Task(long number) {
            this.number = number;
        }
    }

    /** Tells a worker that there are no more. */
    private static final Task NO_MORE = new Task(0);

    private final Task[] tasks = new Task[TASKS_PER_BATCH];

    Fan() {
        for (int i = 0; i < TASKS_PER_BATCH; i++) {
            tasks[i] = new Task(i);
        }
    }

    @Override
    public Done batch(Threads threads) throws InterruptedException {
        BlockingQueue<Task> todo = new ArrayBlockingQueue<>(QUEUE_CAPACITY);
        BlockingQueue<Task> finished = new ArrayBlockingQueue<>(QUEUE_CAPACITY);
        for (int i = 0; i < WORKERS; i++) {
            threads.start(() -> work(todo, finished));
        }
        threads.start(() -> feed(todo));
        long sum = 0;
        for (int i = 0; i < TASKS_PER_BATCH; i++) {
            Task task = finished.take();
            sum += task.square;
            task.square = 0;
        }
        long last = TASKS_PER_BATCH - 1L;
        WrongResultException.check("sum of squares", sum, last * (last + 1) * (2 * last + 1) / 6);
        return new Done(TASKS_PER_BATCH, WORKERS + 1);
    }

    private void feed(BlockingQueue<Task> todo) {
        try {
            for (Task task : tasks) {
                todo.put(task);
            }
            for (int i = 0; i < WORKERS; i++) {
                todo.put(NO_MORE);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static void work(BlockingQueue<Task> todo, BlockingQueue<Task> finished) {
        try {
            for (Task task = todo.take(); task != NO_MORE; task = todo.take()) {
                task.square = task.number * task.number;
                finished.put(task);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        return new IllegalStateException("micro: nobody interrupts here", e);
    }
}
