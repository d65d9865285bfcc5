package io.weft.bench.micro.operations;

/**
 * What a batch has done.
 *
 * @param operations how often it was done
 * @param created threads that were started and have run
 * @param apartNanos that went into something else than what is measured
 */
public record Done(long operations, long created, long apartNanos) {

    /** A batch that was measured as a whole. */
    public Done(long operations, long created) {
        this(operations, created, 0);
    }

    Done plus(Done other) {
        return new Done(
                operations + other.operations,
                created + other.created,
                apartNanos + other.apartNanos);
    }

    /** Nanoseconds of an operation, when all took so long. */
    double cost(long nanos) {
        return (double) (nanos - apartNanos) / operations;
    }
}
