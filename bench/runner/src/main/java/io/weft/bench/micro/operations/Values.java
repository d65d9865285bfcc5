package io.weft.bench.micro.operations;

/**
 * What goes through the channels. There are few of them, which are boxed once, so that neither
 * boxing nor a walk through memory is measured: those who send numbers as they are send the same.
 */
public final class Values {

    /** How many a batch sends. */
    public static final int PER_BATCH = 100_000;

    private static final int DISTINCT = 1_024;
    private static final Long[] BOXED = new Long[DISTINCT];
    private static final long SUM;

    static {
        for (int i = 0; i < DISTINCT; i++) {
            BOXED[i] = (long) i;
        }
        long sum = 0;
        for (int i = 0; i < PER_BATCH; i++) {
            sum += i % DISTINCT;
        }
        SUM = sum;
    }

    private Values() {}

    /** The value of a place in a batch. */
    public static Long at(int place) {
        return BOXED[place % DISTINCT];
    }

    /**
     * The result of a batch whose values have come through.
     *
     * @param count how many were received
     * @param sum of them
     * @throws WrongResultException unless these are those that were sent
     */
    public static Done received(long count, long sum) {
        WrongResultException.check("values", count, PER_BATCH);
        WrongResultException.check("sum of values", sum, SUM);
        return new Done(PER_BATCH, 1);
    }
}
