package io.weft.bench;

import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry point of the measurements. */
public final class Main {

    /** Nothing could be measured. */
    public static final int FAILED = 1;

    /** The command line makes no sense. */
    public static final int MISUSED = 2;

    private Main() {}

    public static void main(String[] args) {
        // Numbers look the same everywhere, in text for people and in text for programs.
        Locale.setDefault(Locale.ROOT);
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new BenchCommand())
                .setParameterExceptionHandler(Main::explainMisuse)
                .setExecutionExceptionHandler(Main::explainFailure);
    }

    private static int explainMisuse(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        if (args.length == 0) {
            print(command.getErr(), command.getUsageMessage().strip());
            return MISUSED;
        }
        String problem =
                command.getParent() == null && e instanceof UnmatchedArgumentException
                        ? "no measurement " + args[0]
                        : oneLine(e);
        print(command.getErr(), "%s: %s (see %s --help)".formatted(name, problem, name));
        return MISUSED;
    }

    /** A failure that was foreseen is one line; anything else is a defect and shows where. */
    private static int explainFailure(Exception e, CommandLine command, ParseResult result)
            throws Exception {
        if (!(e instanceof Failure)) {
            throw e;
        }
        print(command.getErr(), command.getCommandSpec().qualifiedName() + ": " + oneLine(e));
        return FAILED;
    }

    private static String oneLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().reduce((a, b) -> a + " " + b).orElse("");
    }

    private static void print(PrintWriter err, String line) {
        err.println(line);
        err.flush();
    }
}
