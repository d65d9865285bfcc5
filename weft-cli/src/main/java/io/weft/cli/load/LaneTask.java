package io.weft.cli.load;

import io.weft.cli.text.Errors;
import io.weft.net.TcpConn;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The goroutine of one connection: connects, echoes once, waits for the start, and drives. */
final class LaneTask implements Runnable {

    private final LoadRun run;
    private final int index;

    /** Written by this goroutine; read by the run, which cuts those that do not end. */
    private volatile @Nullable Lane lane;

    private final CountDownLatch opened;
    private final CountDownLatch finished;

    LaneTask(LoadRun run, int index, CountDownLatch opened, CountDownLatch finished) {
        this.run = run;
        this.index = index;
        this.opened = opened;
        this.finished = finished;
    }

    @Override
    public void run() {
        try {
            @Nullable Lane open = open();
            opened.countDown();
            if (open != null) {
                drive(open);
            }
        } catch (InterruptedException e) {
            run.failed("connection %d: interrupted".formatted(index));
        } finally {
            finished.countDown();
        }
    }

    /** Ends a connection that is not answered. */
    void cut() {
        Lane open = lane;
        if (open != null) {
            open.close();
        }
    }

    /** Null when the connection could not be opened, or did not echo. */
    private @Nullable Lane open() throws InterruptedException {
        run.connecting().acquire();
        try {
            Lane open = run.lane(index, TcpConn.connect(run.options().target()));
            lane = open;
            return echoOnce(open) ? open : null;
        } catch (IOException e) {
            run.failed(Errors.text(e));
            return null;
        } finally {
            run.connecting().release();
        }
    }

    private boolean echoOnce(Lane open) throws IOException {
        boolean echoed = false;
        try {
            open.send(1, System.nanoTime());
            while (open.inFlight() > 0) {
                if (open.receive() < 0) {
                    throw new EOFException("the server closed the connection");
                }
            }
            echoed = true;
            return true;
        } finally {
            if (!echoed) {
                open.close();
            }
        }
    }

    private void drive(Lane open) throws InterruptedException {
        try (open) {
            Window window = run.awaitStart();
            try {
                run.driver().drive(open, window);
            } catch (IOException e) {
                recordUnanswered(open, window);
                run.failed(run.isCut() ? LoadRun.UNANSWERED : Errors.text(e));
            }
        }
    }

    /** What is in flight when a connection ends has waited at least until here. */
    private void recordUnanswered(Lane open, Window window) {
        long now = System.nanoTime();
        long inFlight = open.inFlight();
        for (int ahead = 0; ahead < inFlight; ahead++) {
            run.latencies().unanswered(index, open.stampInFlight(ahead), now, window);
        }
    }
}
