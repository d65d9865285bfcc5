package io.weft.bench.text;

import java.util.ArrayList;
import java.util.List;

/** Numbered notes under a table, each text once. */
public final class Notes {

    private final List<String> texts = new ArrayList<>();
    private boolean star;
    private final String starText;

    /** With the text of the note that a {@code *} stands for. */
    public Notes(String starText) {
        this.starText = starText;
    }

    /** A dash with the number of its reason: what stands where nothing was measured. */
    public String dash(String reason) {
        return "- " + number(reason);
    }

    /** The number of a note, in brackets. */
    public String number(String reason) {
        int index = texts.indexOf(reason);
        if (index < 0) {
            texts.add(reason);
            index = texts.size() - 1;
        }
        return "[" + (index + 1) + "]";
    }

    /** Marks a figure that was taken on a busy machine. */
    public String star(String figure) {
        star = true;
        return figure + "*";
    }

    /** The notes, a line each. */
    @Override
    public String toString() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < texts.size(); i++) {
            lines.append("[%d] %s%n".formatted(i + 1, texts.get(i)));
        }
        return star
                ? lines.append("* ").append(starText).append('\n').toString()
                : lines.toString();
    }
}
