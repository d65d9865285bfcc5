package io.weft.bench;

import io.weft.bench.micro.MicroCommand;
import picocli.CommandLine.Command;

/** What the measurements hang on. */
@Command(
        name = "weft bench",
        mixinStandardHelpOptions = true,
        description = "Measurements of Weft beside others. Each answers --help.",
        synopsisSubcommandLabel = "NAME",
        commandListHeading = "%nMeasurements:%n",
        subcommands = {MicroCommand.class})
final class BenchCommand {}
