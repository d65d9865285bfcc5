package io.weft.bench.micro.operations;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Names and values in the order in which they were added. Not for concurrent use. */
public final class Figures {

    private final Map<String, String> values = new LinkedHashMap<>();

    public void add(String name, double value) {
        add(name, Double.toString(value));
    }

    public void add(String name, long value) {
        add(name, Long.toString(value));
    }

    public void add(String name, String text) {
        values.put(name, text);
    }

    /** One line of {@code key=value}. */
    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(" "));
    }
}
