package io.weft.bench.fairness.programs;

import java.util.HashMap;
import java.util.Map;

/**
 * Names and values of a command line.
 *
 * @param values by names such as {@code --part}
 */
record Arguments(Map<String, String> values) {

    static Arguments of(String... words) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i + 1 < words.length; i += 2) {
            values.put(words[i], words[i + 1]);
        }
        return new Arguments(values);
    }

    String text(String name) {
        return values.getOrDefault(name, "");
    }

    int number(String name, int usual) {
        String text = values.get(name);
        if (text == null) {
            return usual;
        }
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " wants a whole number, not " + text, e);
        }
    }
}
