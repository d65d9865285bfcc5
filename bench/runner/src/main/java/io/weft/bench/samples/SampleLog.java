package io.weft.bench.samples;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@link SampleWriter} has written.
 *
 * @param headers one per run
 * @param samples in the order in which they were taken
 */
public record SampleLog(List<RunHeader> headers, List<Sample> samples) {

    public SampleLog {
        headers = List.copyOf(headers);
        samples = List.copyOf(samples);
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read, or a line of it is neither; the message names it
     */
    public static SampleLog read(Path file) throws IOException {
        List<RunHeader> headers = new ArrayList<>();
        List<Sample> samples = new ArrayList<>();
        Gson gson = new Gson();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            try {
                add(gson, JsonParser.parseString(line), headers, samples);
            } catch (JsonParseException | IllegalStateException | NullPointerException e) {
                throw new IOException(
                        "%s:%d: not a line of samples: %s".formatted(file, number, e.getMessage()),
                        e);
            }
        }
        return new SampleLog(headers, samples);
    }

    private static void add(
            Gson gson, JsonElement line, List<RunHeader> headers, List<Sample> samples) {
        if (line.isJsonNull()) {
            return;
        }
        JsonObject object = line.getAsJsonObject();
        if (object.has("header")) {
            headers.add(gson.fromJson(object.get("header"), RunHeader.class));
        } else {
            samples.add(gson.fromJson(object, Sample.class));
        }
    }

    /** The samples of a measurement. */
    public List<Sample> of(String bench) {
        return samples.stream().filter(s -> s.bench().equals(bench)).toList();
    }
}
