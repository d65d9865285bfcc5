package io.weft.cli.demo;

import static io.weft.cli.report.HtmlPage.bytes;
import static io.weft.cli.report.HtmlPage.card;
import static io.weft.cli.report.HtmlPage.duration;

import io.weft.cli.report.HtmlPage;
import java.util.List;

/** The report of the demo as one page. */
final class HtmlReport {

    private HtmlReport() {}

    static String of(DemoReport report) {
        return HtmlPage.beside(HtmlReport.class)
                .text("subtitle", HtmlPage.subtitle(report.machine(), report.takenAt()))
                .markup("cards", cards(report.stages().getLast()))
                .markup("table", HtmlPage.table(ResourceTable.columns(), report.stages()))
                .markup("busy", HtmlPage.table(ResourceTable.BUSY, List.of(report.busy())))
                .markup("notes", HtmlPage.items(ResourceTable.notes(report)))
                .finish(report.json());
    }

    private static String cards(StageResult last) {
        return card("connections", "%,d".formatted(last.connections()), "one goroutine each")
                + card(
                        "messages per second",
                        "%,.0f".formatted(last.messagesPerSecond()),
                        "every byte checked, %d errors".formatted(last.errors()))
                + card(
                        "latency, p50",
                        duration(last.latency().p50()),
                        "p99 %s, p99.9 %s"
                                .formatted(
                                        duration(last.latency().p99()),
                                        duration(last.latency().p999())))
                + card(
                        "server CPU per message",
                        "%,.0f ns".formatted(last.cpuNanosPerMessage()),
                        "%.2f CPUs in use".formatted(last.serverCpus()))
                + card(
                        "memory per connection",
                        bytes(last.residentBytes()),
                        "heap %s, kernel %s"
                                .formatted(bytes(last.heapBytes()), bytes(last.kernelBytes())));
    }
}
