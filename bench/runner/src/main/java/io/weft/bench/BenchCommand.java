package io.weft.bench;

import io.weft.bench.allocation.AllocationCommand;
import io.weft.bench.churn.ChurnCommand;
import io.weft.bench.echo.EchoCommand;
import io.weft.bench.fairness.FairnessCommand;
import io.weft.bench.idle.IdleCpuCommand;
import io.weft.bench.memory.MemoryCommand;
import io.weft.bench.micro.MicroCommand;
import io.weft.bench.queue.RunQueueCommand;
import io.weft.bench.report.ReportCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the measurements hang on. */
@Command(
        name = "weft bench",
        description = "Measurements of Weft beside others. Each answers --help.",
        synopsisSubcommandLabel = "NAME",
        commandListHeading = "%nMeasurements:%n",
        subcommands = {
            EchoCommand.class,
            MicroCommand.class,
            FairnessCommand.class,
            MemoryCommand.class,
            IdleCpuCommand.class,
            AllocationCommand.class,
            ChurnCommand.class,
            RunQueueCommand.class,
            ReportCommand.class
        })
final class BenchCommand implements Runnable {

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a measurement");
    }
}
