package io.weft.bench.micro.operations;

/**
 * What a batch has done.
 *
 * @param operations how often it was done
 * @param created threads that were started and have run
 */
public record Done(long operations, long created) {

    Done plus(Done other) {
        return new Done(operations + other.operations, created + other.created);
    }
}
