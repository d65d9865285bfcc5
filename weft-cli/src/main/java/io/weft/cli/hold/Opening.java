package io.weft.cli.hold;

import io.weft.WeftRuntime;
import io.weft.cli.text.Errors;
import io.weft.net.TcpConn;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Opens a range of connections and has each echo one message. A few goroutines take the next
 * connection in turn; each ends when none is left, or one has failed for good.
 */
final class Opening {

    /** Far fewer than the least backlog of a listener that a machine is made ready with. */
    static final int AT_ONCE = 256;

    /** Attempts at one connection, with pauses that double from the first. */
    private static final int ATTEMPTS = 6;

    private static final long FIRST_PAUSE_MILLIS = 20;

    /** The kernel sends a lost SYN again after 1, 3, 7 and 15 s. */
    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final WeftRuntime runtime;
    private final Held held;
    private final Destinations destinations;
    private final int end;
    private final AtomicInteger next;
    private final LongAdder opened = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final Failures failures = new Failures();
    private final CountDownLatch finished = new CountDownLatch(AT_ONCE);

    /** Will open the connections from one number up to, but not with, another. */
    Opening(WeftRuntime runtime, Held held, Destinations destinations, int from, int end) {
        this.runtime = runtime;
        this.held = held;
        this.destinations = destinations;
        this.next = new AtomicInteger(from);
        this.end = end;
    }

    /** Returns when all are open, or one has failed, or nothing moves any more. */
    OpenResult run(Progress progress) throws InterruptedException {
        long start = System.nanoTime();
        for (int i = 0; i < AT_ONCE; i++) {
            runtime.go(this::openInTurn);
        }
        Meter meter = new Meter(progress);
        long before = 0;
        long moved = start;
        while (!finished.await(Meter.PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
            long now = opened.sum();
            meter.tell(now);
            if (now > before) {
                moved = System.nanoTime();
            } else if (System.nanoTime() - moved > STALL_NANOS) {
                failures.add(
                        "no connection could be opened for %d s"
                                .formatted(TimeUnit.NANOSECONDS.toSeconds(STALL_NANOS)));
                break;
            }
            before = now;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new OpenResult(
                opened.intValue(), seconds, retried.sum(), failures.count(), failures.first());
    }

    private void openInTurn() {
        try {
            for (int index = next.getAndIncrement();
                    index < end && failures.count() == 0;
                    index = next.getAndIncrement()) {
                open(index);
            }
        } catch (InterruptedException e) {
            failures.add("interrupted");
        } finally {
            finished.countDown();
        }
    }

    private void open(int index) throws InterruptedException {
        long pauseMillis = FIRST_PAUSE_MILLIS;
        for (int attempt = 1; ; attempt++) {
            try {
                held.put(index, verified(index));
                opened.increment();
                return;
            } catch (SocketException e) {
                // Refused, reset, or no room for it: by the kernel's word worth another attempt.
                if (attempt == ATTEMPTS) {
                    failures.add("connection %d: %s".formatted(index, Errors.text(e)));
                    return;
                }
                retried.increment();
            } catch (IOException e) {
                failures.add("connection %d: %s".formatted(index, Errors.text(e)));
                return;
            }
            TimeUnit.MILLISECONDS.sleep(pauseMillis);
            pauseMillis *= 2;
        }
    }

    private TcpConn verified(int index) throws IOException {
        TcpConn conn = TcpConn.connect(destinations.of(index));
        boolean echoed = false;
        try {
            byte[] bytes = Held.message(index, 0);
            conn.write(bytes);
            conn.readFully(bytes);
            String mistake = Held.mistake(bytes, index, 0);
            if (mistake != null) {
                throw new IOException(mistake);
            }
            echoed = true;
            return conn;
        } finally {
            if (!echoed) {
                conn.close();
            }
        }
    }
}
