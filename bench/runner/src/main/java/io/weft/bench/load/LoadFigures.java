package io.weft.bench.load;

import java.util.Map;
import java.util.TreeMap;

/**
 * The line of figures that the load generator prints.
 *
 * @param numbers by their names
 * @param words that are no numbers, by their names
 */
public record LoadFigures(Map<String, Double> numbers, Map<String, String> words) {

    public LoadFigures {
        numbers = Map.copyOf(numbers);
        words = Map.copyOf(words);
    }

    /**
     * Parses {@code key=value key=value …}.
     *
     * @throws LoadException if the line is anything else
     */
    public static LoadFigures parse(String line) throws LoadException {
        Map<String, Double> numbers = new TreeMap<>();
        Map<String, String> words = new TreeMap<>();
        for (String pair : line.strip().split("\\s+", -1)) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                throw new LoadException("the load generator says: " + line.strip());
            }
            put(pair.substring(0, equals), pair.substring(equals + 1), numbers, words);
        }
        return new LoadFigures(numbers, words);
    }

    private static void put(
            String key, String value, Map<String, Double> numbers, Map<String, String> words) {
        try {
            double number = Double.parseDouble(value);
            if (Double.isFinite(number)) {
                numbers.put(key, number);
            }
        } catch (NumberFormatException e) {
            words.put(key, value);
        }
    }

    /**
     * Why the schedule of an open loop was not held, in words; empty where it was held, or where
     * there is no schedule.
     */
    public String notHeld() {
        if (numbers.getOrDefault("held", 1.0) > 0) {
            return "";
        }
        return "%s did not hold %,.0f messages/s: %,.0f came, sent up to %,.0f µs late (p99)"
                .formatted(
                        words.getOrDefault("why", "generator").equals("server")
                                ? "the server"
                                : "the load generator",
                        numbers.getOrDefault("target_rate", 0.0),
                        numbers.getOrDefault("rate", 0.0),
                        numbers.getOrDefault("send_late_p99_us", 0.0));
    }
}
