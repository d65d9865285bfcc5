package io.weft.bench.report;

import io.weft.bench.process.Servers;
import io.weft.bench.samples.Sample;
import java.util.List;

/** What an idle connection costs in memory. */
final class MemorySection {

    static final String BENCH = "memory";

    private static final String FIGURE = "bytes_per_connection";

    private MemorySection() {}

    static void write(ReportData data, Page page) {
        page.add("## Memory per idle connection");
        List<Sample> samples = data.of(BENCH);
        if (samples.isEmpty()) {
            page.add("Not measured.");
            return;
        }
        page.add(
                "Growth of the server's resident memory from no connection to as many as the column"
                        + " says, each of which has echoed once, in bytes per connection.");
        List<String> servers =
                Servers.ALL.stream()
                        .filter(name -> samples.stream().anyMatch(s -> s.server().equals(name)))
                        .toList();
        Grid grid = new Grid(samples, servers, data.cells(BENCH), EchoSection::connections);
        page.add(grid.chart("memory", "Bytes per idle connection", FIGURE, false));
        page.add(grid.figures(FIGURE, 0));
        page.add("Weft divided by each:");
        page.add(grid.ratiosOf(Servers.WEFT, FIGURE));
    }
}
