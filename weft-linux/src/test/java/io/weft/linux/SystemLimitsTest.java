package io.weft.linux;

import static io.weft.linux.TcpPair.SYS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SystemLimitsTest {

    private static final Pattern OPEN_FILES =
            Pattern.compile("Max open files +(?<soft>\\S+) +(?<hard>\\S+)");

    @Test
    void openFilesLimitsAreThoseOfProc() throws IOException {
        Matcher line = OPEN_FILES.matcher(Files.readString(Path.of("/proc/self/limits")));
        assertThat(line.find()).isTrue();
        assertThat(SYS.openFilesLimit()).isEqualTo(parse(line.group("soft")));
        assertThat(SYS.openFilesHardLimit()).isEqualTo(parse(line.group("hard")));
        assertThat(SYS.sysconf(Sysconf.SC_OPEN_MAX)).isEqualTo(SYS.openFilesLimit());
    }

    @Test
    void processorsAreThoseOfProc() throws IOException {
        long processors;
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            processors = lines.filter(line -> line.matches("cpu\\d+ .*")).count();
        }
        assertThat(SYS.sysconf(Sysconf.SC_NPROCESSORS_ONLN)).isEqualTo(processors);
        assertThat(SYS.sysconf(Sysconf.SC_NPROCESSORS_CONF)).isGreaterThanOrEqualTo(processors);
    }

    @Test
    void pageSizeAndClockTicksArePlausible() {
        long pageSize = SYS.sysconf(Sysconf.SC_PAGESIZE);
        assertThat(pageSize).isGreaterThanOrEqualTo(4096);
        assertThat(Long.bitCount(pageSize)).isOne();
        assertThat(SYS.sysconf(Sysconf.SC_CLK_TCK)).isEqualTo(100);
    }

    @Test
    void unknownNameHasNoValue() {
        assertThat(SYS.sysconf(99_999)).isEqualTo(-1);
    }

    private static long parse(String limit) {
        return limit.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(limit);
    }
}
