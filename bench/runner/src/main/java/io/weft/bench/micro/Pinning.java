package io.weft.bench.micro;

import io.weft.bench.machine.Cpus;

/**
 * Where programs run: with one P on one CPU, which garbage collector, compilers and timers share
 * with it, otherwise on two.
 */
record Pinning(Cpus two) {

    /** As {@code taskset -c} takes them. */
    String cpus(int procs) {
        return procs == 1 ? String.valueOf(two.server()) : two.server() + "," + two.load();
    }

    /** For people. */
    String text() {
        return "one P on CPU %s, two on CPUs %s, all threads of the process with them"
                .formatted(cpus(1), cpus(2));
    }
}
