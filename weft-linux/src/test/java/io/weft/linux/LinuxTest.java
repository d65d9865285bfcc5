package io.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinuxTest {

    @Test
    void thisMachineIsSupported() {
        assertThat(Linux.unsupportedCause()).isEmpty();
        assertThat(Linux.isSupported()).isTrue();
    }

    @Test
    void bothArchitecturesAreSupported() {
        assertThat(Linux.findCause("Linux", "amd64")).isEmpty();
        assertThat(Linux.findCause("Linux", "aarch64")).isEmpty();
    }

    @Test
    void otherSystemsAndArchitecturesAreNamed() {
        assertThat(Linux.findCause("Mac OS X", "aarch64"))
                .hasValue("epoll needs Linux; this is Mac OS X");
        assertThat(Linux.findCause("Linux", "riscv64"))
                .hasValue("kernel layouts are known for x86-64 and aarch64; this JVM is riscv64");
    }

    @Test
    void deniedNativeAccessNamesTheFlag() {
        assertThat(Linux.explain(new IllegalCallerException("denied")))
                .contains("--enable-native-access=ALL-UNNAMED");
        assertThat(Linux.explain(new UnsatisfiedLinkError("no function recv")))
                .contains("cannot call the C library")
                .contains("no function recv");
    }
}
