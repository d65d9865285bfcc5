package io.weft.cli.load;

import java.io.EOFException;
import java.io.IOException;

/** The closed loop in one goroutine: fills the depth, then sends as many as come back. */
final class TurnTaking implements Driver {

    private final int depth;
    private final Latencies latencies;

    TurnTaking(int depth, Latencies latencies) {
        this.depth = depth;
        this.latencies = latencies;
    }

    @Override
    public void drive(Lane lane, Window window) throws IOException {
        lane.send(depth, System.nanoTime());
        while (lane.inFlight() > 0) {
            int completed = lane.receive();
            if (completed < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (completed > 0) {
                long now = System.nanoTime();
                for (int back = completed - 1; back >= 0; back--) {
                    latencies.answered(lane.index(), lane.stampOfReceived(back), now, window);
                }
                if (!window.isOver(now)) {
                    lane.send(completed, now);
                }
            }
        }
    }
}
