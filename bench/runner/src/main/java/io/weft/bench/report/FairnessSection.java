package io.weft.bench.report;

import io.weft.bench.fairness.FairnessBlocks;
import io.weft.bench.samples.Sample;
import java.util.List;

/** Timers, and an echo beside work that does not rest. Absent where there are no samples. */
final class FairnessSection {

    static final String BENCH = "fairness";

    private FairnessSection() {}

    static void write(ReportData data, Page page) {
        List<Sample> samples = data.of(BENCH);
        if (samples.isEmpty()) {
            return;
        }
        page.add("## Time and fairness");
        page.add(
                "Goroutines of Weft and of Go, virtual threads of the JDK, two Ps each. `loops`,"
                        + " `blocking` and `readable` are an echo beside endless loops, beside"
                        + " goroutines that block in the kernel for 100 ms at a time, and with every P"
                        + " busy with ready goroutines; latencies run from the instant at which a"
                        + " message was due. For a reset the JDK cancels a task and schedules it"
                        + " anew.");
        for (FairnessBlocks.Block block : FairnessBlocks.of(samples)) {
            page.add("### " + block.title());
            MarkdownTable table = new MarkdownTable(block.headings());
            block.rows().forEach(table::row);
            page.add(table + Grid.notes(block.rowsNotes()));
        }
    }
}
