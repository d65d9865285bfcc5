package io.weft;

import io.weft.net.Deadline;
import io.weft.net.TcpConn;
import io.weft.testkit.ContractConn;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A TCP connection under the contract. */
record TcpContractConn(TcpConn conn) implements ContractConn {

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        return conn.read(buffer, offset, length);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
        conn.write(buffer, offset, length);
    }

    static Deadline deadline(@Nullable Duration fromNow) {
        return fromNow == null ? Deadline.NONE : Deadline.after(fromNow);
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
