package io.weft.cli.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryRoomTest {

    @TempDir private Path root = Path.of("");

    @BeforeEach
    void aMachineWithoutGroups() throws IOException {
        write("proc/meminfo", "MemTotal: 2000 kB\nMemAvailable:    1000 kB\n");
    }

    @Test
    void isWhatIsAvailable() throws IOException {
        MemoryRoom room = MemoryRoom.read(root);

        assertThat(room.bytes()).isEqualTo(1_000 * 1024);
        assertThat(room.source()).contains("MemAvailable");
    }

    @Test
    void aGroupAroundOursMayBeTighter() throws IOException {
        write("proc/self/cgroup", "0::/outer/inner\n");
        write("sys/fs/cgroup/outer/inner/memory.max", "max\n");
        write("sys/fs/cgroup/outer/inner/memory.current", "5\n");
        write("sys/fs/cgroup/outer/memory.max", "300000\n");
        write("sys/fs/cgroup/outer/memory.current", "100000\n");

        MemoryRoom room = MemoryRoom.read(root);

        assertThat(room.bytes()).isEqualTo(200_000);
        assertThat(room.source()).endsWith("outer/memory.max");
    }

    @Test
    void groupsOfTheFirstVersionCountAsWell() throws IOException {
        write("proc/self/cgroup", "4:memory:/here\n2:cpu:/here\n0::/\n");
        write("sys/fs/cgroup/memory/here/memory.limit_in_bytes", "50000\n");
        write("sys/fs/cgroup/memory/here/memory.usage_in_bytes", "60000\n");

        assertThat(MemoryRoom.read(root).bytes()).isZero();
    }

    @Test
    void aWiderGroupChangesNothing() throws IOException {
        write("proc/self/cgroup", "4:memory:/\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        write("sys/fs/cgroup/memory/memory.usage_in_bytes", "60000\n");

        assertThat(MemoryRoom.read(root).source()).contains("MemAvailable");
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
