package io.weft.bench.micro.operations;

/** One thing, done many times in a batch that checks its own result. */
public interface Operation {

    /** Once, before the first batch; in a thread of the kind that is measured. */
    default void prepare(Threads threads) throws InterruptedException {}

    /**
     * Does it.
     *
     * @throws WrongResultException if the result of the batch is not what it must be
     */
    Done batch(Threads threads) throws InterruptedException;

    /**
     * Adds figures that a window of batches does not give.
     *
     * @param window by which the batches were measured
     */
    default void more(Threads threads, Window window, Figures figures)
            throws InterruptedException {}
}
