package io.weft.net;

import io.weft.netpoll.Netpoll;
import io.weft.testkit.ConnContract;
import io.weft.testkit.ContractConn;
import io.weft.testkit.ContractListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The connection contract over TCP, with pollers driven by plain threads. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TcpContract extends ConnContract {

    private final PollerThreads pollers = new PollerThreads();

    @AfterAll
    final void stopPollers() {
        pollers.close();
    }

    @Override
    protected ContractListener listen() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Netpoll netpoll = pollers.netpoll();
        return new Listener(netpoll, TcpListener.bind(netpoll, any, ListenOptions.defaults()));
    }

    @Override
    protected String schedulerState() {
        return pollers.netpoll().counters().toString();
    }

    private static Deadline deadline(@Nullable Duration fromNow) {
        return fromNow == null ? Deadline.NONE : Deadline.after(fromNow);
    }

    private record Listener(Netpoll netpoll, TcpListener listener) implements ContractListener {

        @Override
        public ContractConn accept() throws IOException {
            return new Conn(listener.accept());
        }

        @Override
        public ContractConn connect() throws IOException {
            InetSocketAddress address = listener.localAddress();
            return new Conn(Connector.connect(netpoll, address, ConnectOptions.defaults()));
        }

        @Override
        public void setDeadline(@Nullable Duration fromNow) throws IOException {
            listener.setDeadline(deadline(fromNow));
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

    private record Conn(TcpConn conn) implements ContractConn {

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return conn.read(buffer, offset, length);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            conn.write(buffer, offset, length);
        }

        @Override
        public void setReadDeadline(@Nullable Duration fromNow) throws IOException {
            conn.setReadDeadline(deadline(fromNow));
        }

        @Override
        public void setWriteDeadline(@Nullable Duration fromNow) throws IOException {
            conn.setWriteDeadline(deadline(fromNow));
        }

        @Override
        public void setDeadline(@Nullable Duration fromNow) throws IOException {
            conn.setDeadline(deadline(fromNow));
        }

        @Override
        public void shutdownInput() throws IOException {
            conn.shutdownInput();
        }

        @Override
        public void shutdownOutput() throws IOException {
            conn.shutdownOutput();
        }

        @Override
        public void reset() throws IOException {
            conn.setLingerSeconds(0);
            conn.close();
        }

        @Override
        public SocketAddress localAddress() {
            return conn.localAddress();
        }

        @Override
        public SocketAddress remoteAddress() {
            return conn.remoteAddress();
        }

        @Override
        public boolean isOpen() {
            return conn.isOpen();
        }

        @Override
        public void close() {
            conn.close();
        }
    }
}
