package io.weft.bench.echo;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.bench.process.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A checkout whose servers only say that they listen and then wait for the end of their input, and
 * whose load generator prints figures that a test chose, counting its runs.
 */
public final class FakeHome {

    private static final String SERVER =
            """
            #!/bin/sh
            echo "listening on 127.0.0.1:1 peer=%1$s pid=$$ version=\\"fake\\""
            exec sh -c 'read -r line' fake-%1$s
            """;

    private final Path root;

    /** In an empty folder. */
    public FakeHome(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(home().peers());
        script(home().weft(), SERVER.formatted("weft"));
    }

    public Home home() {
        return new Home(root);
    }

    public FakeHome server(String name) throws IOException {
        return program(name, SERVER.formatted(name));
    }

    public FakeHome program(String name, String text) throws IOException {
        script(home().peers().resolve(name), text);
        return this;
    }

    public FakeHome leftOut(String name, String reason) throws IOException {
        Files.writeString(home().peers().resolve("left-out"), name + "\t" + reason + "\n");
        return this;
    }

    /**
     * The load generator.
     *
     * @param body in sh, with {@code $run}, the number of this run, {@code $pid} of the server and
     *     {@code $rate} where it is an open loop
     */
    public FakeHome load(String body) throws IOException {
        return program(
                "load",
                """
                #!/bin/sh
                count=%s
                echo x >>"$count"
                run=$(wc -l <"$count")
                rate=
                while [ $# -gt 0 ]; do
                    case $1 in
                        --watch) pid=$2 ;;
                        --rate) rate=$2 ;;
                    esac
                    shift
                done
                server=$(tr '\\0' ' ' <"/proc/$pid/cmdline")
                """
                                .formatted(root.resolve("count"))
                        + body);
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
