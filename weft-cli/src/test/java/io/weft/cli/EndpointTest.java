package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {

    @Test
    void readsHostAndPort() throws Failure {
        InetSocketAddress address = Endpoint.parse("127.0.0.1:7000");

        assertThat(address.getPort()).isEqualTo(7000);
        assertThat(Endpoint.text(address)).isEqualTo("127.0.0.1:7000");
    }

    @Test
    void readsBracketedIpv6() throws Failure {
        InetSocketAddress address = Endpoint.parse("[::1]:80");

        assertThat(address.getPort()).isEqualTo(80);
        assertThat(Endpoint.text(address)).isEqualTo("[0:0:0:0:0:0:0:1]:80");
    }

    @ParameterizedTest
    @CsvSource({
        "7000, is not HOST:PORT",
        ":7000, is not HOST:PORT",
        "localhost:, is not HOST:PORT",
        "::1:80, IPv6 address stands in brackets",
        "localhost:http, http is not a port",
        "localhost:65536, port 65536 is out of range",
        "localhost:-1, port -1 is out of range",
        "localhost:0, nothing listens on port 0",
        "no-such-host.invalid:80, unknown host no-such-host.invalid"
    })
    void refusesWhatMakesNoSense(String text, String reason) {
        assertThatThrownBy(() -> Endpoint.parse(text))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(reason);
    }

    @Test
    void portZeroIsForServers() throws Failure {
        assertThat(Endpoint.resolve("127.0.0.1", 0).getPort()).isZero();
        assertThatThrownBy(() -> Endpoint.resolve("127.0.0.1", 70_000))
                .hasMessageContaining("port 70000 is out of range");
    }
}
