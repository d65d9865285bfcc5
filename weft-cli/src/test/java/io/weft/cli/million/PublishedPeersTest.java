package io.weft.cli.million;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedPeersTest {

    @TempDir private Path directory = Path.of("");

    @Test
    void takesTheLastFigureOfTheServerWithItsDate() throws IOException {
        Path file =
                Files.writeString(
                        directory.resolve("memory.json"),
                        """
                        {"header":{"date":"2026-01-01T00:00:00Z"}}
                        {"server":"go","cell":{"connections":10},"figures":{"bytes_per_connection":1}}
                        {"header":{"date":"2026-11-21T23:41:23Z"}}
                        {"server":"go","cell":{"connections":18000},"figures":{"bytes_per_connection":4188.16}}
                        {"server":"jdk","cell":{"connections":18000},"figures":{"bytes_per_connection":2504}}
                        """);

        Peer go = new PublishedPeers(file).find("go", "Go").orElseThrow();

        assertThat(go.residentBytes()).isEqualTo(4_188.16);
        assertThat(go.connections()).isEqualTo(18_000);
        assertThat(go.how()).contains("published 2026-11-21", "./weft bench memory");
        assertThat(new PublishedPeers(file).find("tokio", "Tokio")).isEmpty();
    }

    @Test
    void whatCannotBeReadIsNoFigure() throws IOException {
        Path file = directory.resolve("memory.json");
        assertThat(new PublishedPeers(file).find("go", "Go")).isEmpty();
        Files.writeString(file, "nonsense\n");
        assertThat(new PublishedPeers(file).find("go", "Go")).isEmpty();
    }
}
