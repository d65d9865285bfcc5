package io.weft.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the samples, the page and its charts are.
 *
 * @param docs the folder of the documents
 */
record ReportFiles(Path docs) {

    private static final String PAGE = "BENCHMARKS.md";
    private static final String PROSE = "where-others-win.md";

    private Path folder() {
        return docs.resolve(Page.FOLDER);
    }

    /** What the samples give, by file. */
    private Map<Path, String> expected() throws IOException {
        Path prose = folder().resolve(PROSE);
        Report report =
                Report.of(
                        ReportData.read(folder()),
                        Files.exists(prose) ? Files.readString(prose) : "");
        Map<Path, String> files = new TreeMap<>();
        files.put(docs.resolve(PAGE), report.text());
        report.charts().forEach((name, svg) -> files.put(folder().resolve(name), svg));
        return files;
    }

    /** Charts that are there and that the page does not show. */
    private List<Path> leftOver(Map<Path, String> expected) throws IOException {
        if (!Files.isDirectory(folder())) {
            return List.of();
        }
        try (var files = Files.list(folder())) {
            return files.filter(file -> file.toString().endsWith(".svg"))
                    .filter(file -> !expected.containsKey(file))
                    .sorted()
                    .toList();
        }
    }

    /** Writes the page and the charts, and returns their names. */
    List<Path> write() throws IOException {
        Map<Path, String> expected = expected();
        Files.createDirectories(folder());
        for (Map.Entry<Path, String> file : expected.entrySet()) {
            Files.writeString(file.getKey(), file.getValue());
        }
        for (Path file : leftOver(expected)) {
            Files.delete(file);
        }
        return List.copyOf(expected.keySet());
    }

    /** Files that are not what the samples give, or that should not be there. */
    List<Path> stale() throws IOException {
        Map<Path, String> expected = expected();
        List<Path> stale = new ArrayList<>();
        for (Map.Entry<Path, String> file : expected.entrySet()) {
            Path path = file.getKey();
            if (!Files.exists(path) || !Files.readString(path).equals(file.getValue())) {
                stale.add(path);
            }
        }
        stale.addAll(leftOver(expected));
        return stale;
    }
}
