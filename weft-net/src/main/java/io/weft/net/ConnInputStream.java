package io.weft.net;

import java.io.IOException;
import java.io.InputStream;

/** The receiving side of a connection as a stream. */
final class ConnInputStream extends InputStream {

    private final StreamConn conn;

    ConnInputStream(StreamConn conn) {
        this.conn = conn;
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return conn.read(single, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(single[0]);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        return conn.read(buffer, offset, length);
    }

    @Override
    public void close() {
        conn.close();
    }
}
