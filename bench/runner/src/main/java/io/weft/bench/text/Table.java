package io.weft.bench.text;

import java.util.ArrayList;
import java.util.List;

/** Rows under headings: words to the left, figures to the right. */
public final class Table {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final int words;

    /** A table with one column of words. */
    public Table(String... headings) {
        this(1, headings);
    }

    /** A table whose first columns are of words. */
    public Table(int words, String... headings) {
        this.words = words;
        rows.add(List.of(headings));
    }

    /** Adds a row, with as many cells as there are headings. */
    public void row(List<String> cells) {
        if (cells.size() != rows.getFirst().size()) {
            throw new IllegalArgumentException(
                    "table: %d headings, %d cells".formatted(rows.getFirst().size(), cells.size()));
        }
        rows.add(List.copyOf(cells));
    }

    /** Whether it has headings only. */
    public boolean isEmpty() {
        return rows.size() == 1;
    }

    /** The lines, none with blanks at its end, each ended by a line feed. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String cell = row.get(i);
                int pad = width(i) - cell.codePointCount(0, cell.length());
                line.append(i == 0 ? "" : GAP);
                line.append(i < words ? cell : "").repeat(' ', pad).append(i < words ? "" : cell);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream()
                .map(row -> row.get(column))
                .mapToInt(cell -> cell.codePointCount(0, cell.length()))
                .max()
                .orElse(0);
    }
}
