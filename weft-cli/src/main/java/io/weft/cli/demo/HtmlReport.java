package io.weft.cli.demo;

import io.weft.cli.demo.ResourceTable.Column;
import io.weft.cli.text.Durations;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The report as one page: style, figures, table and the chart library (Chart.js, MIT licence, kept
 * beside it) are all inside, so that it can be mailed, and opened without a network.
 */
final class HtmlReport {

    private static final double KIB = 1024;

    private static final Pattern DURATION = Pattern.compile("^([0-9.]+)([a-z]+)$");

    private HtmlReport() {}

    static String of(DemoReport report) {
        return resource("report.html")
                .replace("{{style}}", resource("report.css"))
                .replace("{{subtitle}}", escape(subtitle(report)))
                .replace("{{cards}}", cards(report.stages().getLast()))
                .replace("{{table}}", table(ResourceTable.columns(), report.stages()))
                .replace("{{busy}}", table(ResourceTable.BUSY, List.of(report.busy())))
                .replace("{{notes}}", notes(report))
                .replace("{{figures}}", report.json().replace("<", "\\u003c"))
                .replace("{{licence}}", escape(resource("chartjs/LICENSE.md")))
                .replace("{{library}}", script(resource("chartjs/chart.umd.min.js")))
                .replace("{{charts}}", script(resource("report.js")));
    }

    private static String subtitle(DemoReport report) {
        Machine machine = report.machine();
        return "%s · %d processors · %.0f GiB · %s · %s · %s"
                .formatted(
                        machine.cpu(),
                        machine.processors(),
                        machine.memoryBytes() / (KIB * KIB * KIB),
                        machine.system(),
                        machine.java(),
                        report.takenAt().replaceFirst("\\..*", "Z"));
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

    private static String card(String title, String value, String detail) {
        return """
                <div class="card"><h2>%s</h2><p class="value">%s</p><p>%s</p></div>
                """
                .formatted(escape(title), escape(value), escape(detail));
    }

    private static String bytes(@Nullable Double number) {
        return number == null ? ResourceTable.NONE : "%,.0f B".formatted(number);
    }

    /** As in the text, but with a space, and with the letter that ASCII lacks. */
    private static String duration(long nanos) {
        return typeset(Durations.text(nanos));
    }

    private static String typeset(String duration) {
        return DURATION.matcher(duration).replaceFirst("$1 $2").replaceFirst("us$", "µs");
    }

    private static <T> String table(List<Column<T>> columns, List<T> stages) {
        StringBuilder html = new StringBuilder("<thead>\n<tr>");
        int column = 0;
        while (column < columns.size()) {
            String group = columns.get(column).group();
            int end = column + 1;
            while (end < columns.size() && columns.get(end).group().equals(group)) {
                end++;
            }
            html.append("<th colspan=\"%d\"%s>".formatted(end - column, ruled(group)))
                    .append(escape(group))
                    .append("</th>");
            column = end;
        }
        html.append("</tr>\n<tr>");
        columns.forEach(each -> html.append(cell("th", each.heading())));
        html.append("</tr>\n</thead>\n<tbody>\n");
        for (T stage : stages) {
            html.append("<tr>");
            columns.forEach(each -> html.append(cell("td", each.value().apply(stage))));
            html.append("</tr>\n");
        }
        return html.append("</tbody>").toString();
    }

    private static String ruled(String group) {
        return group.isEmpty() ? "" : " class=\"group\"";
    }

    private static String cell(String tag, String text) {
        String style = text.equals(ResourceTable.NONE) ? " class=\"none\"" : "";
        return "<%s%s>%s</%s>".formatted(tag, style, escape(typeset(text)), tag);
    }

    private static String notes(DemoReport report) {
        StringBuilder html = new StringBuilder();
        ResourceTable.notes(report).forEach(note -> html.append(cell("li", note)).append('\n'));
        return html.toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** Text inside a script element, which nothing but its end tag ends. */
    private static String script(String text) {
        return text.replace("</", "<\\/");
    }

    private static String resource(String name) {
        try (InputStream stream = HtmlReport.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("demo: the resource " + name + " is missing");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
