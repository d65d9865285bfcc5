package io.weft.bench.micro;

/** About how long a run takes. */
final class MicroPlan {

    private static final double JVM_SECONDS = 2.6;
    private static final double GO_SECONDS = 1;
    private static final double SKYNET_SECONDS = 5;
    private static final double SLEEPERS_SECONDS = 8;

    /** The longest wait is measured in a warm-up and a window of its own. */
    private static final int WINDOWS_OF_MUTEX_100 = 2;

    private MicroPlan() {}

    static double seconds(MicroOptions options) {
        double sum = 0;
        for (String operation : options.operations()) {
            for (String peer : options.peers()) {
                for (int procs : options.procs()) {
                    sum += options.rounds() * seconds(operation, peer, procs);
                }
            }
        }
        return sum;
    }

    /** One program; more Ps do not shorten the warm-up. */
    static double seconds(String operation, String peer, int procs) {
        if (!Operations.has(peer, operation) || procs < 1) {
            return 0;
        }
        return switch (operation) {
            case Operations.SLEEPERS -> SLEEPERS_SECONDS;
            case Operations.SKYNET -> SKYNET_SECONDS;
            case Operations.MUTEX_100 -> WINDOWS_OF_MUTEX_100 * seconds(peer);
            default -> seconds(peer);
        };
    }

    private static double seconds(String peer) {
        return peer.equals(Programs.GO) ? GO_SECONDS : JVM_SECONDS;
    }
}
