package io.weft.netpoll;

/** The two independent halves of a descriptor; each has a lock, a queue and a readiness slot. */
enum Direction {
    READ(FdWord.READ_LOCKED, FdWord.ONE_QUEUED_READER),
    WRITE(FdWord.WRITE_LOCKED, FdWord.ONE_QUEUED_WRITER);

    /** The lock bit of this direction in the word of {@link FdWord}. */
    final long lockedBit;

    /** One queued locker of this direction in the word of {@link FdWord}. */
    final long oneQueued;

    Direction(long lockedBit, long oneQueued) {
        this.lockedBit = lockedBit;
        this.oneQueued = oneQueued;
    }

    Direction other() {
        return this == READ ? WRITE : READ;
    }
}
