package io.weft.cli.report;

import io.weft.cli.text.Durations;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A report as one page: style, figures, tables and the chart library (Chart.js, MIT licence, kept
 * beside it) are all inside, so that it can be mailed, and opened without a network. The page is a
 * resource with names in double braces; the script that draws its charts is another one.
 *
 * <p>Used by one thread.
 */
public final class HtmlPage {

    private static final double KIB = 1024;

    private static final Pattern DURATION = Pattern.compile("^([0-9.]+)([a-z]+)$");

    private final Class<?> owner;
    private String html;

    private HtmlPage(Class<?> owner) {
        this.owner = owner;
        this.html = resource(owner, "report.html");
    }

    /** A page out of {@code report.html}, which lies beside a class of this module. */
    public static HtmlPage beside(Class<?> owner) {
        return new HtmlPage(owner);
    }

    /** Puts text where the page has the name; markup in it is no markup. */
    public HtmlPage text(String name, String text) {
        return markup(name, escape(text));
    }

    /** Puts markup where the page has the name. */
    public HtmlPage markup(String name, String markup) {
        html = html.replace("{{" + name + "}}", markup);
        return this;
    }

    /**
     * The whole page, with the figures that the charts are drawn of and with {@code report.js} from
     * beside the owner.
     */
    public String finish(String json) {
        return markup("style", resource(HtmlPage.class, "report.css"))
                .markup("figures", json.replace("<", "\\u003c"))
                .text("licence", resource(HtmlPage.class, "chartjs/LICENSE.md"))
                .markup("library", script(resource(HtmlPage.class, "chartjs/chart.umd.min.js")))
                .markup("common", script(resource(HtmlPage.class, "charts.js")))
                .markup("charts", script(resource(owner, "report.js")))
                .html;
    }

    /** The line below the title: where and when. */
    public static String subtitle(Machine machine, String takenAt) {
        return "%s · %d processors · %.0f GiB · %s · %s · %s"
                .formatted(
                        machine.cpu(),
                        machine.processors(),
                        machine.memoryBytes() / (KIB * KIB * KIB),
                        machine.system(),
                        machine.java(),
                        takenAt.replaceFirst("\\..*", "Z"));
    }

    /** A figure that stands out. */
    public static String card(String title, String value, String detail) {
        return """
                <div class="card"><h2>%s</h2><p class="value">%s</p><p>%s</p></div>
                """
                .formatted(escape(title), escape(value), escape(detail));
    }

    /** The rows of a table, its heads included. */
    public static <T> String table(List<Column<T>> columns, List<T> rows) {
        StringBuilder table = new StringBuilder("<thead>\n<tr>");
        int column = 0;
        while (column < columns.size()) {
            String group = columns.get(column).group();
            int end = column + 1;
            while (end < columns.size() && columns.get(end).group().equals(group)) {
                end++;
            }
            table.append("<th colspan=\"%d\"%s>".formatted(end - column, ruled(group)))
                    .append(escape(group))
                    .append("</th>");
            column = end;
        }
        table.append("</tr>\n<tr>");
        columns.forEach(each -> table.append(cell("th", each.heading())));
        table.append("</tr>\n</thead>\n<tbody>\n");
        for (T row : rows) {
            table.append("<tr>");
            columns.forEach(each -> table.append(cell("td", each.value().apply(row))));
            table.append("</tr>\n");
        }
        return table.append("</tbody>").toString();
    }

    /** The items of a list. */
    public static String items(List<String> texts) {
        StringBuilder items = new StringBuilder();
        texts.forEach(text -> items.append(cell("li", text)).append('\n'));
        return items.toString();
    }

    /** A number of bytes with its unit, or that it is unknown. */
    public static String bytes(@Nullable Double number) {
        return number == null ? Column.NONE : "%,.0f B".formatted(number);
    }

    /** As in the text, but with a space, and with the letter that ASCII lacks. */
    public static String duration(long nanos) {
        return typeset(Durations.text(nanos));
    }

    private static String typeset(String duration) {
        return DURATION.matcher(duration).replaceFirst("$1 $2").replaceFirst("us$", "µs");
    }

    private static String ruled(String group) {
        return group.isEmpty() ? "" : " class=\"group\"";
    }

    private static String cell(String tag, String text) {
        String style = text.equals(Column.NONE) ? " class=\"none\"" : "";
        return "<%s%s>%s</%s>".formatted(tag, style, escape(typeset(text)), tag);
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

    private static String resource(Class<?> owner, String name) {
        try (InputStream stream = owner.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException(
                        "report: the resource %s beside %s is missing".formatted(name, owner));
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
