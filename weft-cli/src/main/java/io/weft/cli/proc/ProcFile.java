package io.weft.cli.proc;

import java.util.Arrays;
import java.util.List;

/** The two shapes of text that files under {@code /proc} have. */
final class ProcFile {

    private ProcFile() {}

    /**
     * The number after {@code name:} at the start of a line.
     *
     * @throws IllegalArgumentException if no line starts so
     */
    static long number(List<String> lines, String name) {
        for (String line : lines) {
            if (line.startsWith(name + ":")) {
                return Long.parseLong(words(line.substring(name.length() + 1)).getFirst());
            }
        }
        throw new IllegalArgumentException("no line " + name + ": in the file");
    }

    /** The parts of a line between white space. */
    static List<String> words(String line) {
        return Arrays.asList(line.strip().split("\\s+"));
    }
}
