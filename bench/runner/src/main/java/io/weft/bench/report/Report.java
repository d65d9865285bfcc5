package io.weft.bench.report;

import io.weft.bench.echo.EchoGoals;
import io.weft.bench.fairness.FairnessGoals;
import io.weft.bench.memory.MemoryGoals;
import io.weft.bench.micro.MicroGoals;
import io.weft.bench.samples.RunHeader;
import io.weft.bench.stats.Goal;
import io.weft.bench.stats.Goal.Verdict;
import io.weft.bench.text.Figures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The page of the newest runs, and its charts.
 *
 * @param text the page
 * @param charts drawings by the names of their files
 */
record Report(String text, Map<String, String> charts) {

    private static final String METHOD = "method.md";

    /**
     * Of these runs.
     *
     * @param prose the part that people write
     */
    static Report of(ReportData data, String prose) throws IOException {
        Page page = new Page();
        page.add("# Side by side");
        page.add(
                "<!-- Written by ./weft bench report from docs/benchmarks/*.json; edit those, or"
                        + " docs/benchmarks/where-others-win.md. -->");
        page.add(resource(METHOD));
        page.add("## Goals");
        page.add(goals(data));
        new EchoSection(data, page).write();
        MemorySection.write(data, page);
        new MicroSection(data, page).write();
        FairnessSection.write(data, page);
        page.add(prose);
        page.add("## Where the figures come from");
        data.headers().values().forEach(header -> page.add(origin(header)));
        if (data.headers().isEmpty()) {
            page.add("There is no published run.");
        }
        return new Report(page.toString(), page.charts());
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Report.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the resource " + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String goals(ReportData data) {
        List<Goal> goals = new ArrayList<>(EchoGoals.of(data.of(EchoSection.BENCH)));
        goals.addAll(MemoryGoals.of(data.of(MemorySection.BENCH)));
        goals.addAll(MicroGoals.of(data.of(MicroSection.BENCH)));
        goals.addAll(FairnessGoals.of(data.of(FairnessSection.BENCH)));
        MarkdownTable table =
                new MarkdownTable(
                        List.of("where", "compared", "median (least–most)", "bound", "verdict"));
        for (Goal goal : goals) {
            table.row(
                    List.of(
                            goal.cell(),
                            goal.what(),
                            goal.busy() ? goal.figure() + " \\*" : goal.figure(),
                            goal.bound(),
                            verdict(goal)));
        }
        String busy =
                goals.stream().anyMatch(Goal::busy) ? "\n\\* measured on a busy machine\n" : "";
        return tally(goals) + "\n\n" + table + busy;
    }

    private static String verdict(Goal goal) {
        String text = goal.verdict().toString();
        return goal.verdict() == Verdict.MISSED ? "**" + text + "**" : text;
    }

    private static String tally(List<Goal> goals) {
        Map<Verdict, Long> counts =
                goals.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Goal::verdict, TreeMap::new, Collectors.counting()));
        return counts.entrySet().stream()
                        .map(e -> e.getValue() + " " + e.getKey())
                        .collect(Collectors.joining(", ", "", "."))
                + " Ratios are computed within each round.";
    }

    private static String origin(RunHeader header) {
        StringBuilder text = new StringBuilder();
        text.append("### ").append(header.bench()).append("\n\n");
        text.append("```sh\n").append(header.command()).append("\n```\n\n");
        MarkdownTable table = new MarkdownTable(List.of("of the run", ""));
        table.row(List.of("date", header.date()));
        table.row(List.of("commit", header.commit()));
        table.row(List.of("processor", header.cpu() + ", " + header.cpus() + " CPUs"));
        table.row(
                List.of(
                        "memory",
                        Figures.number(header.memoryBytes() / (double) (1 << 30), 1) + " GiB"));
        table.row(List.of("kernel", header.kernel()));
        table.row(List.of("pinning", header.pinning()));
        sorted(header.versions())
                .forEach(entry -> table.row(List.of(entry.getKey(), entry.getValue())));
        sorted(header.leftOut())
                .forEach(e -> table.row(List.of(e.getKey(), "left out: " + e.getValue())));
        text.append(table).append("\n```text\n");
        sorted(header.commands())
                .forEach(e -> text.append(String.join(" ", e.getValue())).append('\n'));
        return text.append("```\n").toString();
    }

    private static <V> List<Map.Entry<String, V>> sorted(Map<String, V> map) {
        return map.entrySet().stream().sorted(Comparator.comparing(Map.Entry::getKey)).toList();
    }
}
