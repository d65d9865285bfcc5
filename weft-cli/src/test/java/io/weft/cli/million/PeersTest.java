package io.weft.cli.million;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PeersTest {

    @TempDir private Path directory = Path.of("");

    private final List<String> lines = new ArrayList<>();

    @Test
    void whatCannotBeBuiltOrRunSaysWhy() throws Exception {
        Files.createDirectories(directory.resolve("target"));
        script("setup", "printf 'go\\tno Go here\\n' >\"${0%/*}/target/left-out\"");
        script("target/jdk", "echo nonsense");

        List<Peer> peers = measure(directory);

        assertThat(peers)
                .containsExactly(
                        new Peer("Go", 0, null, "no Go here"),
                        new Peer("JDK", 0, null, "it says: nonsense"));
        assertThat(lines).contains("one process of Go: - (no Go here)");
    }

    @Test
    void aPublishedFigureStandsIn() throws Exception {
        Path peersDirectory = Files.createDirectories(directory.resolve("bench/peers"));
        Path published = Files.createDirectories(directory.resolve("docs/benchmarks"));
        Files.writeString(
                published.resolve("memory.json"),
                """
                {"header":{"date":"2026-11-21T23:41:23Z"}}
                {"server":"go","cell":{"connections":18},"figures":{"bytes_per_connection":4188}}
                """);

        List<Peer> peers = measure(peersDirectory);

        assertThat(peers.getFirst().residentBytes()).isEqualTo(4_188.0);
        assertThat(peers.getFirst().how()).contains("published 2026-11-21");
        assertThat(peers.getLast().how()).contains("not built", "bench/peers/setup jdk");
        assertThat(lines.getFirst()).contains("cannot run", "setup");
    }

    @Test
    void withoutADirectoryThereAreNone() throws Exception {
        assertThat(measure(null)).allMatch(peer -> peer.residentBytes() == null).hasSize(2);
    }

    private List<Peer> measure(@Nullable Path peers) throws IOException, InterruptedException {
        Million.Listener listener =
                new Million.Listener() {
                    @Override
                    public void progress(double fraction, String title, String details) {
                        assertThat(fraction).isBetween(0.0, 1.0);
                    }

                    @Override
                    public void line(String text) {
                        lines.add(text);
                    }
                };
        MillionOptions options = new MillionOptions(1, 1, 1, 1, 1, "epoll", peers);
        Crew crew = new Crew();
        return new Peers(options, crew, new Course(listener, 100), listener).measure();
    }

    private void script(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
