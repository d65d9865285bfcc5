/*
 * A pipeline: stages of goroutines, joined by channels that hold a few values each.
 *
 *     numbers ──▶ 4 goroutines that walk from each ──▶ the reader, who keeps the longest walk
 *
 * It shows
 *   - how a stage is made, once and for any types: see source() and stage();
 *   - that a slow stage holds back those before it: nothing piles up between them;
 *   - how all stages end when the reader has had enough, or one has failed: by the context of
 *     their group.
 *
 * Run it with
 *
 *     ./weft run examples/Pipeline.java [NUMBERS]
 */

import io.weft.Weft;
import io.weft.sync.CancelledException;
import io.weft.sync.Chan;
import io.weft.sync.Context;
import io.weft.sync.ErrGroup;
import io.weft.sync.ReceiveChan;

static final int BUFFER = 8;
static final int WORKERS = 4;

/** The source, a full buffer, the workers, a full buffer, and what the reader has just got. */
static final int AHEAD_MAX = 1 + BUFFER + WORKERS + BUFFER + 1;

void main(String[] args) throws Exception {
    int numbers = args.length == 0 ? 100_000 : Integer.parseInt(args[0]);
    Weft.<Exception>run(() -> showAll(numbers));
}

void showAll(int numbers) throws Exception {
    Walk longest = longest(numbers);
    IO.println("the longest walk from 1.." + numbers + ": " + longest);
    check(longest.equals(longestInALoop(numbers)), "a plain loop finds another one");

    Walk find = firstOver(200);
    IO.println("some walk of more than 200 steps: " + find);
    check(find.steps() > 200, "it is too short");

    Throwable failure = failureAt(1_000);
    IO.println("a stage that fails: " + failure);
    check(failure instanceof ArithmeticException, "it failed otherwise");
}

/** Everything goes through, and the pipeline ends by itself. */
Walk longest(int numbers) throws Exception {
    AtomicInteger produced = new AtomicInteger();
    AtomicInteger consumed = new AtomicInteger();
    AtomicInteger aheadMost = new AtomicInteger();
    IntFunction<Integer> counted =
            n -> {
                int ahead = produced.incrementAndGet() - consumed.get();
                aheadMost.accumulateAndGet(ahead, Math::max);
                return n;
            };
    Iterator<Integer> starts = IntStream.rangeClosed(1, numbers).mapToObj(counted).iterator();
    Walk longest = new Walk(1, 0);
    try (ErrGroup group = ErrGroup.in(Context.current())) {
        for (Walk walk : stage(group, WORKERS, source(group, starts), Walk::from)) {
            consumed.incrementAndGet();
            longest = longest.orLonger(walk);
        }
        group.await();
    }
    check(aheadMost.get() <= AHEAD_MAX, "the source ran ahead by " + aheadMost);
    return longest;
}

/** The numbers never end: closing the group cancels its context, and that ends the stages. */
Walk firstOver(int steps) throws InterruptedException {
    try (ErrGroup group = ErrGroup.in(Context.current())) {
        for (Walk walk : stage(group, WORKERS, source(group, endless()), Walk::from)) {
            if (walk.steps() > steps) {
                return walk;
            }
        }
        throw new AssertionError("the numbers have ended");
    }
}

/** The first failure cancels the context, and with it whoever reads in that context. */
Throwable failureAt(int start) throws InterruptedException {
    Function<Integer, Walk> fails = n -> Walk.from(n == start ? 1 / (n - start) : n);
    try (ErrGroup group = ErrGroup.in(Context.current())) {
        ReceiveChan<Walk> walks = stage(group, WORKERS, source(group, endless()), fails);
        while (walks.receive(group.context()) != null) {
            // what is left over when it fails
        }
        throw new AssertionError("the numbers have ended");
    } catch (CancelledException e) {
        return e.getCause();
    }
}

static Iterator<Integer> endless() {
    return Stream.iterate(1, n -> n + 1).iterator();
}

/** The first stage: a goroutine that sends what an iterator has. */
static <T> ReceiveChan<T> source(ErrGroup group, Iterator<T> values) throws InterruptedException {
    Chan<T> to = Chan.buffered(BUFFER);
    group.go(
            () -> {
                while (values.hasNext()) {
                    to.send(values.next()); // waits while the buffer is full; a cancel ends that
                }
                to.close();
            });
    return to;
}

/** A stage: goroutines that take from one channel and send on another, in no order. */
static <A, B> ReceiveChan<B> stage(
        ErrGroup group, int workers, ReceiveChan<A> from, Function<A, B> work)
        throws InterruptedException {
    Chan<B> to = Chan.buffered(BUFFER);
    AtomicInteger running = new AtomicInteger(workers);
    for (int i = 0; i < workers; i++) {
        group.go(
                () -> {
                    for (A value : from) {
                        to.send(work.apply(value));
                    }
                    if (running.decrementAndGet() == 0) {
                        to.close(); // the last one tells the next stage
                    }
                });
    }
    return to;
}

/** How many steps it takes to get down to 1: half of an even number, 3n + 1 of an odd one. */
record Walk(int start, int steps) {

    static Walk from(int start) {
        int steps = 0;
        for (long n = start; n != 1; n = n % 2 == 0 ? n / 2 : 3 * n + 1) {
            steps++;
        }
        return new Walk(start, steps);
    }

    /** Of two that are as long, the one that starts lower. */
    Walk orLonger(Walk other) {
        boolean wins = other.steps > steps || (other.steps == steps && other.start < start);
        return wins ? other : this;
    }
}

Walk longestInALoop(int numbers) {
    Stream<Walk> walks = IntStream.rangeClosed(1, numbers).mapToObj(Walk::from);
    return walks.reduce(new Walk(1, 0), Walk::orLonger);
}

void check(boolean holds, String otherwise) {
    if (!holds) {
        throw new AssertionError(otherwise);
    }
}
