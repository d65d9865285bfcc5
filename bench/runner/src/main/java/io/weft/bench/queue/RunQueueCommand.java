package io.weft.bench.queue;

import io.weft.bench.Failure;
import io.weft.bench.process.Home;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code weft bench run-queue}: passes everything on to {@code bench/jmh/run}. */
@Command(
        name = "run-queue",
        description = {
            "The local run queue: put, take and steal, under JMH; takes the options of JMH."
        })
public final class RunQueueCommand implements Callable<Integer> {

    @Unmatched private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws Failure, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Home.self().root().resolve("bench/jmh/run").toString());
        command.addAll(arguments.stream().map(a -> a.equals("--help") ? "-h" : a).toList());
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        try {
            return builder.start().waitFor();
        } catch (IOException e) {
            throw new Failure("cannot run bench/jmh/run: " + e.getMessage());
        }
    }
}
