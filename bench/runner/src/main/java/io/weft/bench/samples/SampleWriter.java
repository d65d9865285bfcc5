package io.weft.bench.samples;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Appends headers and samples to a file, each at once, so that a run that is stopped leaves what it
 * had measured. Not for concurrent use.
 */
public final class SampleWriter implements AutoCloseable {

    private final Gson gson = new GsonBuilder().disableHtmlEscaping().create();
    private final Writer out;

    private SampleWriter(Writer out) {
        this.out = out;
    }

    /** Appends to a file, which is created with its folder where it does not exist. */
    public static SampleWriter append(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        return new SampleWriter(
                Files.newBufferedWriter(
                        file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    /** Writes nowhere. */
    public static SampleWriter none() {
        return new SampleWriter(Writer.nullWriter());
    }

    public void write(RunHeader header) throws IOException {
        line(gson.toJson(Map.of("header", header)));
    }

    public void write(Sample sample) throws IOException {
        line(gson.toJson(sample));
    }

    private void line(String json) throws IOException {
        out.write(json);
        out.write('\n');
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
