package io.weft.sched;

/**
 * Walks all Ps once in an order drawn by chance, without a permutation to store: a random start and
 * a random step that has no common divisor with the number of Ps. As Go's {@code randomOrder}.
 */
final class StealOrder {

    private final int count;
    private final int[] coprimes;

    StealOrder(int count) {
        this.count = count;
        this.coprimes =
                java.util.stream.IntStream.rangeClosed(1, count)
                        .filter(step -> gcd(step, count) == 1)
                        .toArray();
    }

    /** Where the walk of this draw begins. */
    int start(int draw) {
        return Integer.remainderUnsigned(draw, count);
    }

    /** The step of this draw. */
    int step(int draw) {
        int turn = Integer.divideUnsigned(draw, count);
        return coprimes[Integer.remainderUnsigned(turn, coprimes.length)];
    }

    /** The place after {@code position}. */
    int next(int position, int step) {
        int next = position + step;
        return next >= count ? next - count : next;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
