package io.weft.cli.text;

/** Breaks text into lines. */
public final class Lines {

    private Lines() {}

    /** Breaks at spaces; a word that is longer than the width stands alone. Ends in a line feed. */
    public static String wrap(String text, int width) {
        StringBuilder lines = new StringBuilder();
        int column = 0;
        for (String word : text.split(" ", -1)) {
            if (column > 0 && column + 1 + word.length() > width) {
                lines.append('\n');
                column = 0;
            } else if (column > 0) {
                lines.append(' ');
                column++;
            }
            lines.append(word);
            column += word.length();
        }
        return lines.append('\n').toString();
    }
}
