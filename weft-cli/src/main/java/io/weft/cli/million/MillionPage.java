package io.weft.cli.million;

import static io.weft.cli.report.HtmlPage.bytes;
import static io.weft.cli.report.HtmlPage.card;
import static io.weft.cli.report.HtmlPage.duration;

import io.weft.cli.million.Goal.Verdict;
import io.weft.cli.report.HtmlPage;

/** The report as one page. */
final class MillionPage {

    private MillionPage() {}

    static String of(MillionReport report) {
        return HtmlPage.beside(MillionPage.class)
                .text("title", "%,d connections".formatted(report.connections()))
                .text("subtitle", HtmlPage.subtitle(report.machine(), report.takenAt()))
                .markup("cards", cards(report))
                .markup("costs", table(report))
                .markup(
                        "loops",
                        HtmlPage.table(MillionTable.loops(report.activePercent()), report.rows()))
                .markup("goals", HtmlPage.table(MillionTable.goals(), report.goals()))
                .markup("notes", HtmlPage.items(MillionTable.notes(report)))
                .finish(report.json());
    }

    private static String table(MillionReport report) {
        return HtmlPage.table(MillionTable.costs(report.peers()), report.rows());
    }

    private static String cards(MillionReport report) {
        Row last = report.rows().getLast();
        long met = report.goals().stream().filter(g -> g.verdict() == Verdict.MET).count();
        return card(
                        "connections",
                        "%,d".formatted(last.connections()),
                        "in one process, each a goroutine, on " + report.poller())
                + card(
                        "server memory per connection",
                        bytes(last.residentBytes()),
                        "heap %s, kernel %s per socket"
                                .formatted(bytes(last.heapBytes()), bytes(last.kernelBytes())))
                + card(
                        "opened per second",
                        "%,.0f".formatted(last.openedPerSecond()),
                        "each verified by an echo")
                + card(
                        "latency over all, p99",
                        duration(last.all().latency().p99()),
                        "p99.9 %s at %,.0f messages/s"
                                .formatted(
                                        duration(last.all().latency().p999()),
                                        report.messagesPerSecond()))
                + card(
                        "goals met",
                        "%d of %d".formatted(met, report.goals().size()),
                        "in %.0f s".formatted(report.seconds()));
    }
}
