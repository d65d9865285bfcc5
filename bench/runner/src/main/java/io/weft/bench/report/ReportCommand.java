package io.weft.bench.report;

import io.weft.bench.Failure;
import io.weft.bench.process.Home;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weft bench report}. */
@Command(
        name = "report",
        description = "docs/BENCHMARKS.md and its charts from the samples in docs/benchmarks.")
public final class ReportCommand implements Callable<Integer> {

    @Option(
            names = "--check",
            description = "Write nothing; fail when the page is not what the samples give.")
    private boolean check;

    @Option(
            names = "--docs",
            paramLabel = "FOLDER",
            description = "The folder of the documents, by default that of the project.")
    private @Nullable Path docs;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Override
    public Integer call() throws Failure {
        Path folder = docs == null ? Home.self().root().resolve("docs") : docs;
        ReportFiles files = new ReportFiles(folder);
        try {
            if (!check) {
                files.write().forEach(System.out::println);
                return 0;
            }
            List<Path> stale = files.stale();
            if (!stale.isEmpty()) {
                throw new Failure(
                        "not what the samples give: %s; run ./weft bench report"
                                .formatted(
                                        stale.stream()
                                                .map(Path::toString)
                                                .collect(Collectors.joining(", "))));
            }
            return 0;
        } catch (IOException e) {
            throw new Failure("the report cannot be made: " + e.getMessage());
        }
    }
}
