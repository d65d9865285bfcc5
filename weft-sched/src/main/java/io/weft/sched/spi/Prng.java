package io.weft.sched.spi;

/** A source of chance, one per M: not shared, not for secrets. */
@FunctionalInterface
public interface Prng {

    /** The next 32 bits, evenly spread. */
    int next();

    /** Marsaglia's xorshift with 32 bits of state; cheap, and replayable from its seed. */
    static Prng xorshift(int seed) {
        int[] state = {seed == 0 ? 0x9E3779B9 : seed};
        return () -> {
            int x = state[0];
            x ^= x << 13;
            x ^= x >>> 17;
            x ^= x << 5;
            state[0] = x;
            return x;
        };
    }
}
