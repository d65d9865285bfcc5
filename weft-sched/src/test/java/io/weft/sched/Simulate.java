package io.weft.sched;

import io.weft.sched.SchedulerSimulation.Outcome;
import io.weft.sched.SchedulerSimulation.Twin;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Runs simulations from the command line: for some time with fresh seeds, or one seed again. */
final class Simulate {

    private static final int USAGE = 64;

    private Simulate() {}

    /** {@code --seconds N} or {@code --seed N}. */
    public static void main(String[] args) throws InterruptedException {
        try {
            if (args.length == 2 && args[0].equals("--seed")) {
                System.exit(replay(Long.parseLong(args[1])));
            } else if (args.length == 2 && args[0].equals("--seconds")) {
                System.exit(explore(Long.parseLong(args[1])));
            }
        } catch (NumberFormatException e) {
            System.err.println("simulate: " + args[1] + " is not a number");
        }
        System.err.println("simulate: needs --seconds N or --seed N");
        System.exit(USAGE);
    }

    private static int replay(long seed) throws InterruptedException {
        Outcome outcome = SchedulerSimulation.run(seed, Twin.NONE);
        System.out.println("simulate: seed " + seed + " took " + outcome.steps() + " steps");
        return report(outcome) ? 0 : 1;
    }

    private static int explore(long seconds) throws InterruptedException {
        SplittableRandom seeds = new SplittableRandom();
        long start = System.nanoTime();
        long runs = 0;
        long steps = 0;
        boolean passed = true;
        while (passed && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(seconds)) {
            Outcome outcome = SchedulerSimulation.run(seeds.nextLong() >>> 1, Twin.NONE);
            runs++;
            steps += outcome.steps();
            passed = report(outcome);
        }
        System.out.println("simulate: " + runs + " seeds, " + steps + " steps");
        System.out.println(
                "simulate: "
                        + (passed ? runs : runs - 1)
                        + " passed, "
                        + (passed ? 0 : 1)
                        + " failed");
        return passed ? 0 : 1;
    }

    private static boolean report(Outcome outcome) {
        Throwable failure = outcome.failure();
        if (failure == null) {
            return true;
        }
        System.out.println("simulate: FAILED at step " + outcome.steps() + ": " + failure);
        for (Throwable more : failure.getSuppressed()) {
            System.out.println(more.getMessage());
        }
        System.out.println("simulate: run it again: ./weft simulate --seed " + outcome.seed());
        return false;
    }
}
