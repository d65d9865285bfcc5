package io.weft.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Hosts and ports as people write them. */
final class Endpoint {

    static final int MAX_PORT = 65_535;

    private Endpoint() {}

    /** {@code HOST:PORT}, where an IPv6 address stands in brackets. */
    static InetSocketAddress parse(String text) throws Failure {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || colon == text.length() - 1) {
            throw new Failure("%s is not HOST:PORT, for example 127.0.0.1:7000".formatted(text));
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new Failure(
                    "an IPv6 address stands in brackets: [%s]".formatted(host)
                            + text.substring(colon));
        }
        int port = port(text.substring(colon + 1));
        if (port == 0) {
            throw new Failure("nothing listens on port 0: use the port that the server printed");
        }
        return resolve(host, port);
    }

    /** A host name or address, resolved. */
    static InetSocketAddress resolve(String host, int port) throws Failure {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), checkPort(port));
        } catch (UnknownHostException e) {
            throw new Failure(
                    "unknown host %s: check the name, or use an address such as 127.0.0.1"
                            .formatted(host));
        }
    }

    /** As in {@link #parse}. */
    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private static int port(String text) throws Failure {
        try {
            return checkPort(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw new Failure(
                    "%s is not a port: use a number from 1 to %d".formatted(text, MAX_PORT));
        }
    }

    private static int checkPort(int port) throws Failure {
        if (port < 0 || port > MAX_PORT) {
            throw new Failure(
                    "port %d is out of range: use 0 to %d, where 0 means any free port"
                            .formatted(port, MAX_PORT));
        }
        return port;
    }
}
