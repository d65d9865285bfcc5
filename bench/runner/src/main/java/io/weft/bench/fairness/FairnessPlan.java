package io.weft.bench.fairness;

import io.weft.bench.load.Steady;
import io.weft.bench.micro.Programs;
import io.weft.bench.process.Servers;
import java.util.List;

/** Lengths of windows, and about how long a run takes. */
final class FairnessPlan {

    /** Of sleeps and resets, and the warm-up before; Go has nothing to compile. */
    static final int WINDOW_MILLIS = 1_000;

    static final int JVM_WARM_UP_MILLIS = 1_000;
    static final int GO_WARM_UP_MILLIS = 300;

    /** Of the echo before it is disturbed. */
    static final double JVM_WARM_UP_SECONDS = 3;

    static final double GO_WARM_UP_SECONDS = 1;

    /** Of the disturbed echo before the window. */
    static final double LOAD_WARM_UP_SECONDS = 0.5;

    /** In which the load generator waits for echoes after its last message. */
    private static final double DRAIN_SECONDS = 3;

    static final int IDLE_TIMERS = 100_000;
    static final long IDLE_SETTLE_SECONDS = 2;
    static final long IDLE_SECONDS = 6;

    /** Echo costs vary with what the JIT compiled, so servers are started so many times. */
    static final int FORKS = 2;

    static final int PRICE_FORKS = 3;

    /** Windows per server and process, for each round that is asked for. */
    static final int WINDOWS_PER_ROUND = 4;

    static final double ECHO_SECONDS = 0.4;
    static final double ECHO_WARM_UP_SECONDS = 0.1;
    static final Steady ECHO_STEADY = new Steady(1, 6, 10);

    private static final double JVM_START_SECONDS = 1.5;
    private static final double TIMERS_PER_SECOND = 300_000;
    private static final double ARMED_SECONDS = 3;
    private static final double BUILD_SECONDS = 90;

    private FairnessPlan() {}

    static int warmUpMillis(String peer) {
        return peer.equals(Programs.GO) ? GO_WARM_UP_MILLIS : JVM_WARM_UP_MILLIS;
    }

    static double warmUpSeconds(String peer) {
        return peer.equals(Programs.GO) ? GO_WARM_UP_SECONDS : JVM_WARM_UP_SECONDS;
    }

    static double seconds(FairnessOptions options) {
        return options.parts().stream().mapToDouble(part -> seconds(part, options)).sum();
    }

    static double seconds(Part part, FairnessOptions options) {
        List<String> peers = options.peers();
        return switch (part) {
            case SLEEP -> FairnessCells.SLEEPS.size() * rounds(options, WINDOW_MILLIS / 1e3);
            case EARLY -> options.timers() / TIMERS_PER_SECOND;
            case RESET ->
                    rounds(options, WINDOW_MILLIS / 1e3)
                            + options.rounds() * peers.size() * ARMED_SECONDS;
            case DEADLINE ->
                    peers.stream()
                            .mapToDouble(peer -> 2 * echoSeconds(peer, FORKS, options.rounds()))
                            .sum();
            case LOOPS, BLOCKING, READABLE -> servedSeconds(options);
            case IDLE -> rounds(options, IDLE_SETTLE_SECONDS + IDLE_SECONDS);
            case PRICE ->
                    BUILD_SECONDS + 2 * echoSeconds(Servers.WEFT, PRICE_FORKS, options.rounds());
        };
    }

    private static double rounds(FairnessOptions options, double window) {
        return options.rounds()
                * options.peers().stream()
                        .mapToDouble(peer -> window + start(peer) + warmUpMillis(peer) / 1e3)
                        .sum();
    }

    /** The JDK stops in its first round and is not asked again. */
    private static double servedSeconds(FairnessOptions options) {
        double sum = 0;
        for (String peer : options.peers()) {
            boolean stops = peer.equals(Programs.JDK);
            double each =
                    start(peer)
                            + warmUpSeconds(peer)
                            + LOAD_WARM_UP_SECONDS
                            + options.seconds()
                            + (stops ? 2 * DRAIN_SECONDS : 0);
            sum += each * (stops ? 1 : options.rounds());
        }
        return sum;
    }

    private static double echoSeconds(String peer, int forks, int rounds) {
        double windows = rounds * WINDOWS_PER_ROUND * (ECHO_SECONDS + ECHO_WARM_UP_SECONDS + 0.1);
        return forks * (start(peer) + ECHO_STEADY.secondsLeast(peer) + windows);
    }

    private static double start(String peer) {
        return peer.equals(Programs.GO) ? 0 : JVM_START_SECONDS;
    }
}
