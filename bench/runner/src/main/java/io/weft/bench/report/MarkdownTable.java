package io.weft.bench.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A table in Markdown: the first column to the left, all others to the right. */
final class MarkdownTable {

    private final List<String> lines = new ArrayList<>();
    private final int columns;

    MarkdownTable(List<String> headings) {
        columns = headings.size();
        line(headings);
        List<String> rule = new ArrayList<>(Collections.nCopies(columns, "---:"));
        rule.set(0, "---");
        line(rule);
    }

    /** Adds a row, with as many cells as there are headings. */
    void row(List<String> cells) {
        if (cells.size() != columns) {
            throw new IllegalArgumentException(
                    "report: %d headings, %d cells".formatted(columns, cells.size()));
        }
        line(cells);
    }

    private void line(List<String> cells) {
        StringBuilder line = new StringBuilder("|");
        for (String cell : cells) {
            // A bar would end the cell.
            line.append(' ').append(cell.replace("|", "\\|")).append(cell.isEmpty() ? "|" : " |");
        }
        lines.add(line.toString());
    }

    /** Its lines, each ended by a line feed. */
    @Override
    public String toString() {
        return String.join("\n", lines) + "\n";
    }
}
