package io.weft;

import io.weft.net.TcpConn;
import io.weft.net.TcpListener;
import io.weft.testkit.ConnContract;
import io.weft.testkit.ContractConn;
import io.weft.testkit.ContractListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The connection contract over TCP on goroutines. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class GoroutineConnContract extends ConnContract {

    private final WeftRuntime runtime;

    GoroutineConnContract(int procs) {
        runtime = Weft.builder().procs(procs).name("contract").build();
    }

    @AfterAll
    final void stopRuntime() {
        runtime.close();
    }

    @Override
    protected Thread start(Runnable body) {
        return runtime.go(body);
    }

    @Override
    protected String schedulerState() {
        return runtime.dump();
    }

    /** On a goroutine, so that the connections wait in this runtime's pollers. */
    @Override
    protected ContractListener listen() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        AtomicReference<TcpListener> bound = new AtomicReference<>();
        runtime.<IOException>run(() -> bound.set(TcpListener.bind(any)));
        return new Listener(bound.get());
    }

    private record Listener(TcpListener listener) implements ContractListener {

        @Override
        public ContractConn accept() throws IOException {
            return new TcpContractConn(listener.accept());
        }

        @Override
        public ContractConn connect() throws IOException {
            return new TcpContractConn(TcpConn.connect(listener.localAddress()));
        }

        @Override
        public void setDeadline(@Nullable Duration fromNow) throws IOException {
            listener.setDeadline(TcpContractConn.deadline(fromNow));
        }

        @Override
        public boolean isOpen() {
            return listener.isOpen();
        }

        @Override
        public void close() {
            listener.close();
        }
    }
}
