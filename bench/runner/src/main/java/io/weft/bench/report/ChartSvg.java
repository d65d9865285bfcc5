package io.weft.bench.report;

import io.weft.bench.text.Figures;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Draws a chart as SVG, with text as text and without a background, so that it is small and fits on
 * light pages and dark ones. The same figures give the same bytes on every machine: nothing is
 * asked of its fonts.
 */
final class ChartSvg {

    private static final int WIDTH = 860;
    private static final int HEIGHT = 360;
    private static final int LEFT = 64;
    private static final int RIGHT = 12;
    private static final int TOP = 74;
    private static final int BOTTOM = 30;
    private static final int PLOT_WIDTH = WIDTH - LEFT - RIGHT;
    private static final int PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;
    private static final int LEGEND_Y = 48;
    private static final int SWATCH = 11;

    /** A letter of 12 px is no wider in the fonts that browsers take. */
    private static final int LETTER_WIDTH = 7;

    private static final double GAP_BETWEEN_GROUPS = 0.18;
    private static final double BAR_MOST = 34;
    private static final String WEFT = "weft";

    private final BarChart chart;
    private final Axis axis;
    private final StringBuilder svg = new StringBuilder();

    private ChartSvg(BarChart chart) {
        this.chart = chart;
        List<Double> figures =
                chart.bars().stream()
                        .flatMap(bars -> bars.heights().stream())
                        .filter(Objects::nonNull)
                        .toList();
        this.axis = chart.logarithmic() ? Axis.logarithmic(figures) : Axis.linear(figures);
    }

    static String draw(BarChart chart) {
        return new ChartSvg(chart).draw();
    }

    private String draw() {
        line(
                ("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                                + " font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"%s\">")
                        .formatted(WIDTH, HEIGHT, Palette.INK));
        line("<title>%s</title>".formatted(escaped(chart.title())));
        line(
                "<text x=\"%d\" y=\"22\" font-size=\"15\" font-weight=\"600\">%s</text>"
                        .formatted(
                                SWATCH,
                                escaped(
                                        chart.title()
                                                + (chart.logarithmic() ? ", logarithmic" : ""))));
        legend();
        ticks();
        for (int group = 0; group < chart.groups().size(); group++) {
            group(group);
        }
        line("</svg>");
        return svg.toString();
    }

    private void legend() {
        int x = SWATCH;
        for (BarChart.Bars bars : chart.bars()) {
            String name = bars.server();
            line(
                    "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\" fill=\"%s\"/>"
                            .formatted(x, LEGEND_Y - SWATCH + 1, SWATCH, SWATCH, Palette.of(name)));
            line(
                    "<text x=\"%d\" y=\"%d\"%s>%s</text>"
                            .formatted(x + SWATCH + 5, LEGEND_Y, emphasis(name), escaped(name)));
            x += SWATCH + 5 + LETTER_WIDTH * name.length() + 14;
        }
    }

    private static String emphasis(String server) {
        return server.equals(WEFT)
                ? " font-weight=\"700\" fill=\"%s\"".formatted(Palette.of(WEFT))
                : "";
    }

    private void ticks() {
        for (double tick : axis.ticks()) {
            double y = y(tick);
            line(
                    "<path d=\"M%d %sH%d\" stroke=\"%s\" stroke-opacity=\"0.35\"/>"
                            .formatted(LEFT, number(y), WIDTH - RIGHT, Palette.INK));
            line(
                    "<text x=\"%d\" y=\"%s\" text-anchor=\"end\">%s</text>"
                            .formatted(LEFT - 6, number(y + 4), label(tick)));
        }
    }

    private void group(int group) {
        double width = (double) PLOT_WIDTH / chart.groups().size();
        double bar = Math.min(BAR_MOST, width * (1 - GAP_BETWEEN_GROUPS) / chart.bars().size());
        double middle = LEFT + width * (group + 0.5);
        double x = middle - bar * chart.bars().size() / 2;
        for (BarChart.Bars bars : chart.bars()) {
            bar(bars, bars.heights().get(group), x, bar);
            x += bar;
        }
        line(
                "<text x=\"%s\" y=\"%d\" text-anchor=\"middle\">%s</text>"
                        .formatted(
                                number(middle),
                                HEIGHT - BOTTOM + 19,
                                escaped(chart.groups().get(group))));
    }

    /** Nothing where nothing was measured. */
    private void bar(BarChart.Bars bars, @Nullable Double figure, double x, double width) {
        if (figure == null) {
            return;
        }
        double y = y(figure);
        line(
                ("<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"1\" fill=\"%s\">"
                                + "<title>%s: %s</title></rect>")
                        .formatted(
                                number(x + 0.5),
                                number(y),
                                number(width - 1),
                                number(TOP + PLOT_HEIGHT - y),
                                Palette.of(bars.server()),
                                escaped(bars.server()),
                                label(figure)));
        if (bars.server().equals(WEFT)) {
            line(
                    "<text x=\"%s\" y=\"%s\" text-anchor=\"end\"%s>%s</text>"
                            .formatted(
                                    number(x + width / 2),
                                    number(y - 4),
                                    emphasis(WEFT),
                                    label(figure)));
        }
    }

    private double y(double figure) {
        return TOP + PLOT_HEIGHT * (1 - axis.part(figure));
    }

    private static String label(double figure) {
        boolean whole = figure >= 10 || figure == Math.rint(figure);
        return Figures.number(figure, whole ? 0 : 1);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private void line(String text) {
        svg.append(text).append('\n');
    }
}
