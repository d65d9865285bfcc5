package io.weft.bench.fairness.programs;

import java.io.IOException;

/** Echoes on connections, each served by a thread of its own. */
interface EchoService {

    /** Begins to accept on the loopback address and returns the port. */
    int start() throws IOException;
}
