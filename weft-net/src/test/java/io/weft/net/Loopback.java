package io.weft.net;

import io.weft.netpoll.Netpoll;
import io.weft.testkit.FdWatcher;
import io.weft.testkit.HangDumper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A netpoll, a listener and connections over loopback; every test must leave no descriptor. */
abstract class Loopback {

    static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @RegisterExtension final HangDumper hangDumper = new HangDumper();

    private final FdWatcher descriptors = FdWatcher.start();
    private final Queue<AutoCloseable> open = new ConcurrentLinkedQueue<>();
    private PollerThreads pollers = new PollerThreads();

    @AfterEach
    final void closeAll() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
        pollers.close();
        descriptors.assertNothingLeaked(PATIENCE);
    }

    /** Both ends of a connection. */
    record Pair(TcpConn client, TcpConn server) {}

    final Netpoll netpoll() {
        return pollers.netpoll();
    }

    /** Replaces the netpoll before anything is opened on it. */
    final void use(io.weft.linux.Sys sys) {
        pollers.close();
        pollers = new PollerThreads(sys);
    }

    final TcpListener listen() throws IOException {
        return listen(ANY_PORT, ListenOptions.defaults());
    }

    final TcpListener listen(InetSocketAddress address, ListenOptions options) throws IOException {
        return closing(TcpListener.bind(netpoll(), address, options));
    }

    final TcpConn connect(InetSocketAddress address) throws IOException {
        return connect(address, ConnectOptions.defaults());
    }

    final TcpConn connect(InetSocketAddress address, ConnectOptions options) throws IOException {
        return closing(Connector.connect(netpoll(), address, options));
    }

    final Pair pair() throws Exception {
        return pair(listen());
    }

    final Pair pair(TcpListener listener) throws Exception {
        TcpConn client = connect(listener.localAddress());
        return new Pair(client, closing(listener.accept()));
    }

    final <T extends AutoCloseable> T closing(T resource) {
        open.add(resource);
        return resource;
    }

    /** Lets a virtual thread do it. */
    static <T> Running<T> go(Callable<T> body) {
        FutureTask<T> future = new FutureTask<>(body);
        return new Running<>(future, Thread.ofVirtual().start(future));
    }

    /** Something that another thread does. */
    record Running<T>(FutureTask<T> future, Thread thread) {

        T join() throws Exception {
            return future.get(HangDumper.DEFAULT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        }

        /** Returns once the thread waits for something. */
        void awaitParked() throws InterruptedException {
            while (thread.getState() != Thread.State.WAITING
                    && thread.getState() != Thread.State.TIMED_WAITING) {
                if (future.isDone()) {
                    throw new AssertionError("it should wait, and is done: " + future);
                }
                Thread.sleep(1);
            }
        }
    }
}
