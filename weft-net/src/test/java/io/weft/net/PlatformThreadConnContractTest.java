package io.weft.net;

/** The connection contract over TCP on platform threads. */
class PlatformThreadConnContractTest extends TcpContract {

    @Override
    protected Thread start(Runnable body) {
        return Thread.ofPlatform().daemon().start(body);
    }
}
