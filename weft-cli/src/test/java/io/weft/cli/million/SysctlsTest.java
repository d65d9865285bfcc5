package io.weft.cli.million;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.cli.million.Sysctls.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysctlsTest {

    @TempDir private Path sys = Path.of("");

    @BeforeEach
    void aKernelAsItComes() throws IOException {
        write("fs/file-max", "2466170");
        write("fs/file-nr", "600\t0\t2466170");
        write("net/ipv4/ip_local_port_range", "32768\t60999");
        write("net/core/somaxconn", "4096");
        write("net/ipv4/tcp_max_syn_backlog", "2048");
        write("net/core/netdev_max_backlog", "1000");
        write("net/ipv4/tcp_mem", "287898\t383867\t575796");
    }

    @Test
    void widensWhatIsTooNarrowAndGivesItBack() throws IOException {
        try (Sysctls sysctls = new Sysctls(sys)) {
            List<Outcome> outcomes = sysctls.widen(plan(1_000_000).all());

            assertThat(outcomes.stream().filter(Outcome::isRaised).map(Outcome::name))
                    .containsExactly(
                            "net.ipv4.ip_local_port_range",
                            "net.ipv4.tcp_max_syn_backlog",
                            "net.core.netdev_max_backlog");
            assertThat(read("net/ipv4/ip_local_port_range")).isEqualTo("10000 65535");
            assertThat(read("net/ipv4/tcp_max_syn_backlog")).isEqualTo("4096");
            assertThat(read("fs/file-max")).isEqualTo("2466170");
            assertThat(plan(1_000_000).refusal()).isEmpty();
        }
        assertThat(read("net/ipv4/ip_local_port_range")).isEqualTo("32768 60999");
        assertThat(read("net/ipv4/tcp_max_syn_backlog")).isEqualTo("2048");
        assertThat(read("net/core/netdev_max_backlog")).isEqualTo("1000");
    }

    @Test
    void whatIsWiderThanNeededIsLeftAlone() throws IOException {
        write("net/ipv4/ip_local_port_range", "1024\t65535");
        write("net/core/somaxconn", "100000");

        List<Outcome> outcomes = widened(1_000_000);

        assertThat(outcomes)
                .filteredOn(each -> each.name().matches(".*port_range|.*somaxconn"))
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.text()).isNull());
        assertThat(read("net/ipv4/ip_local_port_range")).isEqualTo("1024\t65535");
    }

    @Test
    void aThousandConnectionsNeedNothing() throws IOException {
        assertThat(widened(1_000)).isNotEmpty().noneMatch(Outcome::isRaised);

        write("net/ipv4/ip_local_port_range", "40000\t41000");

        assertThat(widened(1_000))
                .filteredOn(Outcome::isRaised)
                .singleElement()
                .satisfies(each -> assertThat(each.wanted()).isEqualTo("10000 65535"));
    }

    @Test
    void openFilesAreRaisedByWhatIsInUse() throws IOException {
        write("fs/file-max", "100000");

        assertThat(plan(1_000_000).refusal().orElseThrow())
                .contains("2,010,600", "fs.file-max is 100,000", "sysctl -w fs.file-max=2010600")
                .contains("--connections 44700");
        assertThat(plan(44_700).refusal()).isEmpty();
        assertThat(widened(1_000_000).getFirst().text())
                .contains("raised fs.file-max from 100000 to 2010600", "open file");
    }

    @Test
    void whatMayNotBeRaisedIsNamedWithTheConsequence() throws IOException {
        // Root may write everything, but not what goes away after it was read.
        Path file = sys.resolve("net/core/somaxconn");
        Sysctl sysctl = Sysctl.atLeast("net.core.somaxconn", 4_096, "the reason", "it is slow");
        Files.writeString(file, "128");
        try (Sysctls sysctls = new Sysctls(sys)) {
            Sysctl vanishing =
                    new Sysctl(
                            sysctl.name(),
                            now -> {
                                assertThat(file.toFile().delete()).isTrue();
                                return sysctl.wider().apply(now);
                            },
                            sysctl.reason(),
                            sysctl.consequence());

            Outcome outcome = sysctls.widen(List.of(vanishing)).getFirst();

            assertThat(outcome.isRaised()).isFalse();
            assertThat(outcome.text())
                    .contains("could not raise net.core.somaxconn from 128 to 4096", "it is slow");
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void aLimitThatSomebodyElseChangesMeanwhileStays() throws IOException {
        Sysctls sysctls = new Sysctls(sys);
        sysctls.widen(plan(1_000_000).all());
        write("net/core/netdev_max_backlog", "30000");

        sysctls.close();
        sysctls.close();

        assertThat(read("net/core/netdev_max_backlog")).isEqualTo("30000");
        assertThat(read("net/ipv4/tcp_max_syn_backlog")).isEqualTo("2048");
    }

    @Test
    void aFirewallThatTracksConnectionsNeedsRoomForThem() throws IOException {
        write("net/netfilter/nf_conntrack_max", "262144");
        write("net/netfilter/nf_conntrack_count", "0");
        assertThat(widened(1_000_000)).noneMatch(each -> each.name().contains("conntrack"));

        write("net/netfilter/nf_conntrack_count", "7");

        assertThat(widened(1_000_000))
                .filteredOn(each -> each.name().contains("conntrack"))
                .singleElement()
                .satisfies(each -> assertThat(each.wanted()).isEqualTo("1010007"));
    }

    @Test
    void connectionsAreSpreadSoThatPortsSuffice() throws IOException {
        assertThat(plan(300).destinations()).isEqualTo(1);
        assertThat(plan(1_000_000).destinations()).isEqualTo(100);
        write("net/ipv4/ip_local_port_range", "40000\t40099");
        assertThat(plan(1_000).destinations()).isEqualTo(20);
        write("net/ipv4/ip_local_port_range", "40000\t40000");
        assertThat(plan(1_000_000).refusal().orElseThrow())
                .contains("local ports", "net.ipv4.ip_local_port_range=\"10000 65535\"");
    }

    @Test
    void aKernelWithoutUringSaysHowToAllowIt() throws IOException {
        assertThat(plan(1).uringRefusal()).isEmpty();
        write("kernel/io_uring_disabled", "2");
        assertThat(plan(1).uringRefusal().orElseThrow())
                .contains("io_uring is off", "sysctl -w kernel.io_uring_disabled=0");
    }

    private SysctlPlan plan(int connections) {
        return new SysctlPlan(connections, sys);
    }

    private List<Outcome> widened(int connections) {
        try (Sysctls sysctls = new Sysctls(sys)) {
            return sysctls.widen(plan(connections).all());
        }
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(sys.resolve(file).getParent());
        Files.writeString(sys.resolve(file), text + "\n");
    }

    private String read(String file) throws IOException {
        return Files.readString(sys.resolve(file)).strip();
    }
}
