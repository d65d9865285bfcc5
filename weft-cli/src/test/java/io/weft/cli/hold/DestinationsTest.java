package io.weft.cli.hold;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DestinationsTest {

    private static final InetSocketAddress TARGET =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 7_000);

    @Test
    void oneIsTheTarget() {
        Destinations one = new Destinations(new HoldOptions(TARGET, 10, 1));

        assertThat(one.of(0)).isSameAs(TARGET);
        assertThat(one.of(9)).isSameAs(TARGET);
    }

    @Test
    void manyAreAddressesOfThisMachineInTurn() {
        Destinations many = new Destinations(new HoldOptions(TARGET, 1_000, 600));
        Set<InetSocketAddress> seen = new HashSet<>();
        for (int i = 0; i < 600; i++) {
            InetSocketAddress address = many.of(i);
            assertThat(address.getAddress().isLoopbackAddress()).isTrue();
            assertThat(address.getPort()).isEqualTo(7_000);
            seen.add(address);
        }
        assertThat(seen).hasSize(600);
        assertThat(many.of(0).getAddress().getHostAddress()).isEqualTo("127.0.1.1");
        assertThat(many.of(599).getAddress().getHostAddress()).isEqualTo("127.0.3.92");
        assertThat(many.of(600)).isEqualTo(many.of(0));
    }
}
