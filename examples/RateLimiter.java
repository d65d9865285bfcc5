/*
 * A rate limiter: a token bucket, which is a channel that a ticker fills.
 *
 *     ticker ──▶ channel with room for a burst ──▶ whoever wants to do something
 *
 * It shows
 *   - a ticker as a case of a select, beside the end of its owner: fill();
 *   - a wait that can be cancelled: acquire(); and one for several tokens that is timed as well,
 *     by a timer that is a case of each of its waits: tryAcquire();
 *   - goroutines that share the rate, of which none is ever too early.
 *
 * Run it with
 *
 *     ./weft run examples/RateLimiter.java
 */

import io.weft.Weft;
import io.weft.sync.CancelContext;
import io.weft.sync.CancelledException;
import io.weft.sync.Chan;
import io.weft.sync.ChanTicker;
import io.weft.sync.ChanTimer;
import io.weft.sync.Context;
import io.weft.sync.ErrGroup;
import io.weft.sync.Select;

/** A token comes with each period. Those that nobody takes are kept, up to the size of a burst. */
static final class TokenBucket implements AutoCloseable {

    private static final Object TOKEN = new Object();

    private final Chan<Object> tokens;
    private final CancelContext open = Context.background().withCancel();

    /** Begins full. */
    TokenBucket(Duration period, int burst) {
        tokens = Chan.buffered(burst);
        giveBack(burst);
        ChanTicker ticker = ChanTicker.every(period);
        Weft.go(() -> fill(ticker));
    }

    /** The ticks that this is too late for are lost: the rate may be lower, and never higher. */
    private void fill(ChanTicker ticker) {
        Select select = new Select();
        int tick = select.receive(ticker.channel());
        select.receive(open.done());
        try (ticker) {
            while (select.await() == tick) {
                giveBack(1);
            }
        } catch (InterruptedException e) {
            // nobody interrupts this but the shutdown of the runtime
        }
    }

    /** A full bucket stays as it is. */
    private void giveBack(int count) {
        for (int i = 0; i < count; i++) {
            tokens.trySend(TOKEN);
        }
    }

    /** Waits for a token, unless the context is done before. */
    void acquire(Context context) throws InterruptedException {
        tokens.receive(context);
    }

    /** Takes a token if there is one. */
    boolean tryAcquire() {
        return tokens.tryReceive() != null;
    }

    /** Waits so long at most for several tokens; takes all of them, or none. */
    boolean tryAcquire(int count, Duration timeout, Context context) throws InterruptedException {
        Select select = new Select();
        int token = select.receive(tokens);
        select.receive(ChanTimer.after(timeout).channel());
        select.receive(context.done());
        int taken = 0;
        try {
            while (taken < count && select.await() == token) {
                taken++;
            }
            if (taken < count) {
                context.throwIfDone();
            }
            return taken == count;
        } finally {
            giveBack(taken < count ? taken : 0);
        }
    }

    int available() {
        return tokens.size();
    }

    @Override
    public void close() {
        open.close();
    }
}

static final Duration PERIOD = Duration.ofMillis(2);
static final Duration HOUR = Duration.ofHours(1);
static final int BURST = 5;

void main() throws Exception {
    Weft.<Exception>run(
            () -> {
                sharedByFour();
                fullAfterARest();
                timedAndCancelled();
            });
}

void sharedByFour() throws Exception {
    Queue<Long> nanos = new ConcurrentLinkedQueue<>();
    long start = System.nanoTime();
    try (TokenBucket bucket = new TokenBucket(PERIOD, BURST);
            ErrGroup group = ErrGroup.in(Context.current())) {
        for (int i = 0; i < 4; i++) {
            group.go(
                    () -> {
                        for (int n = 0; n < 25; n++) {
                            bucket.acquire(Context.current());
                            nanos.add(System.nanoTime() - start);
                        }
                    });
        }
        group.await();
    }
    List<Long> sorted = nanos.stream().sorted().toList();
    IO.println("4 goroutines took 100 tokens in " + Duration.ofNanos(sorted.getLast()));
    check(sorted.size() == 100, "so many were taken: " + sorted.size());
    for (int i = BURST; i < sorted.size(); i++) {
        long earliest = (i + 1 - BURST) * PERIOD.toNanos();
        check(sorted.get(i) >= earliest, "token " + (i + 1) + " came early: " + sorted);
    }
}

void fullAfterARest() throws InterruptedException {
    try (TokenBucket bucket = new TokenBucket(PERIOD, BURST)) {
        Weft.sleep(PERIOD.multipliedBy(10 * BURST));
        long start = System.nanoTime();
        int taken = 0;
        while (bucket.tryAcquire()) {
            taken++;
        }
        long ticks = 1 + (System.nanoTime() - start) / PERIOD.toNanos();
        IO.println("after a rest " + taken + " tokens were there at once");
        check(taken >= BURST && taken <= BURST + ticks, "it holds " + BURST);
    }
}

void timedAndCancelled() throws InterruptedException {
    try (TokenBucket bucket = new TokenBucket(HOUR, BURST);
            CancelContext work = Context.current().withCancel()) {
        Duration timeout = PERIOD.multipliedBy(10);
        long start = System.nanoTime();
        boolean taken = bucket.tryAcquire(BURST + 1, timeout, work);
        long waitedNanos = System.nanoTime() - start;
        IO.println("six of five tokens: " + taken + " after " + Duration.ofNanos(waitedNanos));
        check(!taken && waitedNanos >= timeout.toNanos(), "it did not wait");
        check(bucket.available() == BURST, "it kept some: " + bucket.available());
        check(bucket.tryAcquire(BURST, timeout, work), "five of five were refused");

        Weft.after(timeout, work::cancel);
        try {
            bucket.acquire(work);
            throw new AssertionError("a token came within " + HOUR);
        } catch (CancelledException e) {
            IO.println("a wait for an hour ended: " + e.getMessage());
        }
    }
}

static void check(boolean holds, String otherwise) {
    if (!holds) {
        throw new AssertionError(otherwise);
    }
}
