package io.weft.cli.hold;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Where each connection goes. The four numbers of a connection, both addresses and both ports, are
 * unique; with one address at each end and one port at the server's, a machine has at most 64,511
 * connections, by the usual range of local ports 28,232. All of 127/8 is this machine, so further
 * addresses of the server come for free.
 */
public final class Destinations {

    /** Of the third and the fourth byte; 0 and 255 are left out. */
    private static final int PER_BYTE = 254;

    /** As many addresses as there are. */
    public static final int MOST = PER_BYTE * PER_BYTE;

    private final InetSocketAddress[] addresses;

    Destinations(HoldOptions options) {
        addresses = new InetSocketAddress[options.destinations()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] =
                    addresses.length == 1
                            ? options.target()
                            : new InetSocketAddress(loopback(i), options.target().getPort());
        }
    }

    /** The addresses in turn, so that each has as many connections as the others. */
    InetSocketAddress of(int connection) {
        return addresses[connection % addresses.length];
    }

    /** 127.0.1.1 and the ones after it. */
    private static InetAddress loopback(int number) {
        byte[] address = {127, 0, (byte) (1 + number / PER_BYTE), (byte) (1 + number % PER_BYTE)};
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("hold: four bytes are no address", e);
        }
    }
}
