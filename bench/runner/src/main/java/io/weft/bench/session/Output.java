package io.weft.bench.session;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that all measurements have. */
public class Output {

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Append every sample to FILE, one JSON object per line.")
    private @Nullable Path out;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    /** Null where samples are not kept. */
    public @Nullable Path file() {
        return out;
    }
}
