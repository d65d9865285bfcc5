package io.weft.cli.million;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Figures of other servers from the last published run of {@code ./weft bench memory}: a line of
 * JSON for the run's head, then one for each sample.
 *
 * @param file the samples
 */
record PublishedPeers(Path file) {

    private static final String FIGURE = "bytes_per_connection";

    private static final int DATE_LENGTH = "2026-01-01".length();

    /** The last figure of a server; empty when there is none, or no such file. */
    Optional<Peer> find(String server, String name) {
        Peer found = null;
        String date = "";
        try {
            for (String line : Files.readAllLines(file)) {
                JsonObject json = JsonParser.parseString(line).getAsJsonObject();
                if (json.has("header")) {
                    date = json.getAsJsonObject("header").get("date").getAsString();
                } else if (json.get("server").getAsString().equals(server)) {
                    found = peer(name, json, date);
                }
            }
        } catch (IOException | JsonParseException | IllegalStateException e) {
            return Optional.empty();
        }
        return Optional.ofNullable(found);
    }

    private static Peer peer(String name, JsonObject sample, String date) {
        int connections = sample.getAsJsonObject("cell").get("connections").getAsInt();
        double bytes = sample.getAsJsonObject("figures").get(FIGURE).getAsDouble();
        String day = date.substring(0, Math.min(DATE_LENGTH, date.length()));
        return new Peer(
                name,
                connections,
                bytes,
                "published %s by ./weft bench memory, %,d connections".formatted(day, connections));
    }
}
