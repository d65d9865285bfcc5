package io.weft.cli.text;

import java.util.ArrayList;
import java.util.List;

/** Columns of text under headings, which may span neighbouring columns; numbers to the right. */
public final class TextTable {

    private static final String GAP = "  ";

    private final List<String> groups = new ArrayList<>();
    private final List<List<String>> columns = new ArrayList<>();
    private final List<Boolean> leftAligned = new ArrayList<>();

    /**
     * Adds a column.
     *
     * @param group a heading above the headings, shared with neighbours that give the same; or
     *     empty
     * @param heading above the values
     * @param values from top to bottom, as many as in every other column
     */
    public void add(String group, String heading, List<String> values) {
        add(group, heading, values, false);
    }

    /** Adds a column of words, which begin below each other. */
    public void addWords(String heading, List<String> values) {
        add("", heading, values, true);
    }

    private void add(String group, String heading, List<String> values, boolean isLeftAligned) {
        List<String> column = new ArrayList<>();
        column.add(heading);
        column.addAll(values);
        groups.add(group);
        columns.add(column);
        leftAligned.add(isLeftAligned);
    }

    /** The lines, none with blanks at its end, each ended by a line feed. */
    @Override
    public String toString() {
        List<Integer> widths = widths();
        StringBuilder text = new StringBuilder();
        if (groups.stream().anyMatch(group -> !group.isEmpty())) {
            text.append(groupLine(widths).stripTrailing()).append('\n');
        }
        for (int row = 0; row < columns.getFirst().size(); row++) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns.size(); i++) {
                line.append(i == 0 ? "" : GAP);
                String cell = columns.get(i).get(row);
                int blanks = widths.get(i) - cell.length();
                if (leftAligned.get(i)) {
                    line.append(cell).repeat(' ', blanks);
                } else {
                    line.repeat(' ', blanks).append(cell);
                }
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** The widest cell of each column; a group that is wider than its columns widens the first. */
    private List<Integer> widths() {
        List<Integer> widths = new ArrayList<>();
        for (List<String> column : columns) {
            widths.add(column.stream().mapToInt(String::length).max().orElse(0));
        }
        for (int i = 0; i < groups.size(); i = endOfGroup(i)) {
            int missing = groups.get(i).length() - span(widths, i, endOfGroup(i));
            if (missing > 0) {
                widths.set(i, widths.get(i) + missing);
            }
        }
        return widths;
    }

    private String groupLine(List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < groups.size(); i = endOfGroup(i)) {
            line.append(i == 0 ? "" : GAP);
            String group = groups.get(i);
            int span = span(widths, i, endOfGroup(i));
            line.append(group.isEmpty() ? " ".repeat(span) : centered(group, span));
        }
        return line.toString();
    }

    private static String centered(String text, int width) {
        int dashes = width - text.length() - 2;
        if (dashes < 2) {
            return " ".repeat(width - text.length()) + text;
        }
        int left = dashes / 2;
        return "-".repeat(left) + " " + text + " " + "-".repeat(dashes - left);
    }

    private int endOfGroup(int start) {
        int end = start + 1;
        while (end < groups.size()
                && !groups.get(start).isEmpty()
                && groups.get(end).equals(groups.get(start))) {
            end++;
        }
        return end;
    }

    private static int span(List<Integer> widths, int from, int to) {
        int span = GAP.length() * (to - from - 1);
        for (int i = from; i < to; i++) {
            span += widths.get(i);
        }
        return span;
    }
}
