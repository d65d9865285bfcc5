package io.weft.cli;

import picocli.CommandLine.Command;

/** What the subcommands hang on. The launcher answers {@code --help} for the whole tool itself. */
@Command(
        name = "weft",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "A Go-style runtime for the JVM.",
        subcommands = {
            EchoCommand.class,
            LoadCommand.class,
            DemoCommand.class,
            MillionCommand.class,
            HoldCommand.class
        })
final class WeftCommand {}
