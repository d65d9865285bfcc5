package io.weft.testkit;

import static io.weft.linux.Sockets.AF_INET;
import static io.weft.linux.Sockets.SOCK_STREAM;

import io.weft.linux.CallStates;
import io.weft.linux.Epoll;
import io.weft.linux.EpollEvents;
import io.weft.linux.Errno;
import io.weft.linux.NativeSys;
import io.weft.linux.Sys;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;

/** A listener and one connection to it over loopback, made with the system under test. */
final class Loopback implements AutoCloseable {

    static final Sys REAL = new NativeSys(CallStates.perThread());
    static final long PATIENCE_NANOS = 10_000_000_000L;

    final Sys sys;
    final int listener;
    final int client;

    Loopback(Sys sys) {
        this.sys = sys;
        listener = sys.socket(AF_INET, SOCK_STREAM, 0);
        sys.bind(listener, AF_INET, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        sys.listen(listener, 4);
        client = sys.socket(AF_INET, SOCK_STREAM, 0);
    }

    /** What connect answered. */
    int connect() {
        InetSocketAddress target = Objects.requireNonNull(REAL.localAddress(listener));
        return sys.connect(client, AF_INET, target);
    }

    /** The accepted end, however often accept fails meanwhile. */
    int accept() {
        await(listener, Epoll.EPOLLIN);
        int answer;
        do {
            answer = sys.accept(listener);
        } while (answer == -Errno.EINTR || answer == -Errno.EMFILE);
        return answer;
    }

    /** Waits past the faults. */
    static void await(int fd, int events) {
        int epoll = REAL.epollCreate();
        try (EpollEvents ready = new EpollEvents(1)) {
            REAL.epollCtl(epoll, Epoll.EPOLL_CTL_ADD, fd, events, 0);
            if (REAL.epollWait(epoll, ready, PATIENCE_NANOS) != 1) {
                throw new AssertionError("nothing became ready");
            }
        } finally {
            REAL.close(epoll);
        }
    }

    @Override
    public void close() {
        sys.close(client);
        sys.close(listener);
    }
}
