package io.weft.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that a command leaves for its user. */
final class ReportFile {

    private ReportFile() {}

    /** Writes a file, and makes its directory. */
    static void write(Path file, String text) throws Failure {
        try {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new Failure("cannot write %s: %s".formatted(file, e));
        }
    }
}
