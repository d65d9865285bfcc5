package io.weft.net;

/** The connection contract over TCP on the JDK's virtual threads. */
class VirtualThreadConnContractTest extends TcpContract {

    @Override
    protected Thread start(Runnable body) {
        return Thread.ofVirtual().start(body);
    }
}
