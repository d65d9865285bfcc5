package io.weft.net;

import java.io.IOException;
import java.io.OutputStream;

/** The sending side of a connection as a stream without a buffer. */
final class ConnOutputStream extends OutputStream {

    private final StreamConn conn;

    ConnOutputStream(StreamConn conn) {
        this.conn = conn;
    }

    @Override
    public void write(int value) throws IOException {
        conn.write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
        conn.write(buffer, offset, length);
    }

    @Override
    public void close() {
        conn.close();
    }
}
