package io.weft.net;

import static io.weft.linux.Errno.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.linux.CallStates;
import io.weft.linux.Errno;
import io.weft.linux.NativeSys;
import io.weft.linux.Sys;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketErrorsTest {

    private static final Sys SYS = new NativeSys(CallStates.perThread());

    private static final InetSocketAddress ADDRESS =
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 80);

    private static final Set<Integer> DEFECTS = Set.of(EBADF, ENOTSOCK, EFAULT);
    private static final Set<Integer> NO_ROUTE =
            Set.of(EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN, ENONET);

    @Test
    void everyErrnoBecomesTheDocumentedException() {
        for (int errno = 1; errno <= Errno.MAX; errno++) {
            if (!DEFECTS.contains(errno)) {
                check(SocketErrors.bind(SYS, ADDRESS, errno), errno, ofBind(errno));
                check(SocketErrors.connect(SYS, ADDRESS, errno), errno, ofConnect(errno));
                check(SocketErrors.read(errno), errno, ofTransfer(errno));
                check(SocketErrors.write(errno, 1, 2), errno, ofTransfer(errno));
            }
        }
    }

    private static void check(
            IOException failure, int errno, Class<? extends IOException> documented) {
        assertThat(failure)
                .isExactlyInstanceOf(documented)
                .hasMessageContaining(": " + Errno.describe(errno));
    }

    private static Class<? extends IOException> ofBind(int errno) {
        return Set.of(EADDRINUSE, EADDRNOTAVAIL, EACCES).contains(errno)
                ? BindException.class
                : ofAny(errno);
    }

    private static Class<? extends IOException> ofConnect(int errno) {
        return Set.of(ETIMEDOUT, ECONNRESET, ECONNABORTED).contains(errno)
                ? ConnectException.class
                : ofBind(errno);
    }

    private static Class<? extends IOException> ofTransfer(int errno) {
        return errno == EADDRINUSE || errno == EADDRNOTAVAIL
                ? BindException.class // no kernel answers that here
                : ofAny(errno);
    }

    private static Class<? extends IOException> ofAny(int errno) {
        if (NO_ROUTE.contains(errno)) {
            return NoRouteToHostException.class;
        }
        return switch (errno) {
            case EPROTO -> ProtocolException.class;
            case ECONNREFUSED -> ConnectException.class;
            default -> SocketException.class;
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {EBADF, ENOTSOCK, EFAULT})
    void aDescriptorUsedAfterItsEndFaults(int errno) {
        assertThatThrownBy(() -> SocketErrors.read(errno))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("net: descriptor used after its end: read: ");
    }

    @Test
    void ipv6AddressesAreBracketed() {
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("::1"), 80);
        assertThat(SocketErrors.connect(SYS, address, ECONNREFUSED))
                .hasMessageStartingWith("connect [0:0:0:0:0:0:0:1]:80: ECONNREFUSED");
    }

    @ParameterizedTest
    @ValueSource(ints = {EMFILE, ENFILE, ENOBUFS, ENOMEM})
    void aShortageNamesWhatToRaise(int errno) {
        assertThat(SocketErrors.socket(SYS, errno).getMessage())
                .containsPattern("ulimit -n|LimitNOFILE|fs.file-max|net.ipv4.tcp_mem");
    }
}
