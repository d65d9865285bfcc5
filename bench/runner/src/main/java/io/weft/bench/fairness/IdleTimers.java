package io.weft.bench.fairness;

import io.weft.bench.process.Child;
import io.weft.bench.process.ChildException;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.session.ProgramSampler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** CPU share of a process that has armed timers and nothing to do. Used by one thread. */
final class IdleTimers {

    static final String PERCENT = "cpu_percent";

    private static final Pattern READY = Pattern.compile("ready pid=(\\d+)");
    private static final double READY_SECONDS = 60;

    private final ProgramSampler sampler;
    private final String cpus;

    IdleTimers(ProgramSampler sampler, String cpus) {
        this.sampler = sampler;
        this.cpus = cpus;
    }

    Sample take(Cell cell, String peer, int round, List<String> program)
            throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", cpus));
        command.addAll(program);
        try (Child child = Child.start(peer, command, Map.of())) {
            String line = child.nextLine(READY_SECONDS);
            Matcher ready = READY.matcher(line);
            if (!ready.matches()) {
                throw new ChildException("%s says: %s".formatted(peer, line));
            }
            double percent = percent(Long.parseLong(ready.group(1)));
            return sampler.sample(cell, peer, round, Map.of(PERCENT, percent));
        } catch (ChildException e) {
            return sampler.problem(cell, peer, round, String.valueOf(e.getMessage()));
        }
    }

    private static double percent(long pid) throws ChildException, InterruptedException {
        TimeUnit.SECONDS.sleep(FairnessPlan.IDLE_SETTLE_SECONDS);
        long start = System.nanoTime();
        long before = ThreadTimes.nanos(pid);
        TimeUnit.SECONDS.sleep(FairnessPlan.IDLE_SECONDS);
        long used = ThreadTimes.nanos(pid) - before;
        return 100.0 * used / (System.nanoTime() - start);
    }
}
