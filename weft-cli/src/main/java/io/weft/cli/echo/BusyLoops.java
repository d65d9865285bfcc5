package io.weft.cli.echo;

import io.weft.WeftRuntime;

/** Goroutines that compute for ever and call nothing, so that none of them ever yields. */
final class BusyLoops {

    private BusyLoops() {}

    /** Starts so many; they end with the process. */
    static void start(WeftRuntime runtime, int count) {
        for (int i = 0; i < count; i++) {
            long seed = i + 1L;
            runtime.go(() -> loop(seed));
        }
    }

    /** Never ends: xorshift does not come to 0, which no compiler knows. */
    private static void loop(long seed) {
        long x = seed;
        while (x != 0) {
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
        }
        throw new IllegalStateException("echo: xorshift came to 0");
    }
}
