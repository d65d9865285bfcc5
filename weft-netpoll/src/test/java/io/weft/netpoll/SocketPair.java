package io.weft.netpoll;

import io.weft.linux.Errno;
import io.weft.linux.Sockets;
import io.weft.linux.Sys;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The two ends of a TCP connection over loopback; whoever asks for them closes them. */
record SocketPair(int client, int server) {

    static SocketPair open(Sys sys) {
        int listener = listen(sys);
        InetSocketAddress address = sys.localAddress(listener);
        if (address == null) {
            throw new AssertionError("no local address");
        }
        int client = checked(sys.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0));
        int connected = sys.connect(client, Sockets.AF_INET, address);
        if (connected != -Errno.EINPROGRESS) {
            checked(connected);
        }
        int server = sys.accept(listener);
        while (server == -Errno.EAGAIN) {
            Thread.onSpinWait();
            server = sys.accept(listener);
        }
        sys.close(listener);
        return new SocketPair(client, checked(server));
    }

    static int listen(Sys sys) {
        int listener = checked(sys.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0));
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        checked(sys.bind(listener, Sockets.AF_INET, any));
        checked(sys.listen(listener, 128));
        return listener;
    }

    static int checked(int result) {
        if (result < 0) {
            throw new AssertionError(Errno.describe(-result));
        }
        return result;
    }
}
