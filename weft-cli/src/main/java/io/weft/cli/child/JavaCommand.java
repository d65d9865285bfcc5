package io.weft.cli.child;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** The command line of a further process of this tool, with the JVM options of this one. */
final class JavaCommand {

    private static final String MAIN = "io.weft.cli/io.weft.cli.Main";

    private JavaCommand() {}

    /**
     * Makes one.
     *
     * @param options of the JVM, which go before those of this one
     * @param arguments the command of the tool, and its options
     */
    static List<String> of(List<String> options, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(
                ProcessHandle.current()
                        .info()
                        .command()
                        .orElseThrow(() -> new IOException("the path of java is unknown")));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(options);
        command.add("--module");
        command.add(MAIN);
        command.addAll(arguments);
        return command;
    }
}
