package io.weft.cli;

import io.weft.cli.child.ChildException;
import io.weft.cli.text.Errors;
import io.weft.cli.workers.Workers;
import io.weft.cli.workers.WorkersReport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;

/**
 * {@code weft echo --processes}: this process serves nothing itself. It starts those that do,
 * passes on what they complain about, has them drain and sums up.
 */
final class EchoProcesses {

    /** Each has the threads and the heap of a JVM. */
    static final int MAX_PROCESSES = 64;

    private static final String NAME = "weft echo: ";

    private EchoProcesses() {}

    /** Serves until a signal ends this process, or no process is left that serves. */
    static int serve(int count, int port, IntFunction<List<String>> arguments)
            throws Failure, InterruptedException {
        Workers workers = new Workers(count, EchoProcesses::complain);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(workers), "drain"));
        start(workers, port, arguments);
        workers.awaitEnd();
        if (!workers.isEnding()) {
            complain("no process is left that serves");
        }
        return Main.FAILED;
    }

    private static void start(Workers workers, int port, IntFunction<List<String>> arguments)
            throws Failure, InterruptedException {
        try {
            System.out.println(workers.start(port, arguments));
            System.out.flush();
        } catch (ChildException e) {
            if (workers.isEnding()) {
                // The shutdown hook has killed it and ends this process, too.
                new CountDownLatch(1).await();
            }
            throw new Failure(withoutName(Errors.text(e)));
        } catch (IOException e) {
            throw new Failure("cannot start a process: " + e.getMessage());
        }
    }

    /**
     * The last thing that the process does, whatever ended it. Before all processes serve there is
     * nothing to tell, and the JVM gives the status of a signal or of a failure.
     */
    private static void shutDown(Workers workers) {
        int status = Main.FAILED;
        try {
            WorkersReport report = workers.end();
            if (report == null) {
                return;
            }
            System.out.print(report.table());
            System.out.println(report.totals().served());
            status = report.isClean() ? 0 : Main.FAILED;
        } catch (InterruptedException | RuntimeException e) {
            complain("the drain failed: " + e);
        }
        System.out.flush();
        Runtime.getRuntime().halt(status);
    }

    private static void complain(String text) {
        System.err.println(NAME + text);
    }

    /** What a process says about itself starts with the name of the tool already. */
    private static String withoutName(String text) {
        return text.startsWith(NAME) ? text.substring(NAME.length()) : text;
    }
}
