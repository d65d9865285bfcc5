/*
 * A pool of workers, in two ways.
 *
 *     jobs ──▶ one channel ──▶ 4 goroutines ──▶ one channel ──▶ results
 *
 * It shows
 *   - workers that share a channel of jobs: fromChannel();
 *   - the same without workers: a goroutine for each job, of which a group lets so many run at
 *     once: atMost();
 *   - that the first failure cancels all others, wherever they wait, and is what the caller gets;
 *     and that none of them is left when the group is closed: failure().
 *
 * Run it with
 *
 *     ./weft run examples/WorkerPool.java [JOBS]
 */

import io.weft.Weft;
import io.weft.sync.Chan;
import io.weft.sync.Context;
import io.weft.sync.ErrGroup;
import io.weft.sync.ReceiveChan;
import io.weft.sync.SendChan;

static final int WORKERS = 4;

/** How many numbers a job looks at. */
static final int STEP = 1_000;

/** So many jobs are under way. */
static final AtomicInteger busy = new AtomicInteger();

/** So many were at once. */
static final AtomicInteger busyMost = new AtomicInteger();

void main(String[] args) throws Exception {
    int jobs = args.length == 0 ? 200 : Integer.parseInt(args[0]);
    Weft.<Exception>run(() -> showAll(jobs));
}

void showAll(int jobs) throws Exception {
    List<Integer> starts = IntStream.range(0, jobs).mapToObj(job -> job * STEP).toList();
    int end = jobs * STEP;
    int expected = primesByTable(end);

    int counted = sum(fromChannel(starts, job -> primesIn(job, job + STEP)));
    IO.println("primes below " + end + ", by workers at a channel: " + counted);
    check(counted == expected, "a table of all numbers has " + expected);

    counted = sum(atMost(WORKERS, starts, job -> primesIn(job, job + STEP)));
    IO.println("primes below " + end + ", by a group with a limit: " + counted);
    check(counted == expected, "a table of all numbers has " + expected);
    check(busyMost.get() <= WORKERS, "so many jobs were under way at once: " + busyMost);

    String failure = failure(starts);
    IO.println("a job that fails: " + failure);
    check(failure.equals("job 3000 is broken"), "it failed otherwise");
    check(busy.get() == 0, "so many jobs are still under way: " + busy);
}

/** A job that takes a while, and may fail. */
interface Work<J, R> {
    R on(J job) throws Exception;
}

/** Workers that take jobs from one channel until it is closed. Results come in any order. */
static <J, R> List<R> fromChannel(List<J> jobs, Work<J, R> work) throws Exception {
    Chan<J> queue = Chan.buffered(WORKERS);
    Chan<R> results = Chan.buffered(jobs.size()); // so that no worker waits for the reader
    try (ErrGroup group = ErrGroup.in(Context.current())) {
        group.go(() -> sendAll(jobs, queue));
        for (int i = 0; i < WORKERS; i++) {
            group.go(() -> work(queue, work, results));
        }
        group.await();
        results.close();
        return StreamSupport.stream(results.spliterator(), false).toList();
    }
}

static <J> void sendAll(List<J> jobs, SendChan<J> queue) throws InterruptedException {
    for (J job : jobs) {
        queue.send(job); // waits while all workers are busy
    }
    queue.close();
}

static <J, R> void work(ReceiveChan<J> queue, Work<J, R> work, SendChan<R> results)
        throws Exception {
    for (J job : queue) {
        results.send(work.on(job));
    }
}

/** The same without workers and without a queue: a goroutine for each job, so many at once. */
static <J, R> List<R> atMost(int limit, List<J> jobs, Work<J, R> work) throws Exception {
    Queue<R> results = new ConcurrentLinkedQueue<>();
    try (ErrGroup group = ErrGroup.in(Context.current())) {
        group.limit(limit);
        for (J job : jobs) {
            if (group.context().isDone()) {
                break; // one has failed, which await() tells
            }
            group.go(() -> results.add(work.on(job))); // waits while so many run
        }
        group.await();
        return List.copyOf(results);
    }
}

/** Four jobs are under way; one fails, and the others would wait for ever if nobody told them. */
static String failure(List<Integer> starts) throws Exception {
    Chan<Integer> nothing = Chan.never();
    Work<Integer, Integer> broken =
            job -> {
                busy.incrementAndGet();
                try {
                    if (job == 3 * STEP) {
                        throw new IOException("job " + job + " is broken");
                    }
                    return nothing.receive();
                } finally {
                    busy.decrementAndGet();
                }
            };
    try {
        return "nothing failed: " + atMost(WORKERS, starts, broken);
    } catch (ExecutionException e) {
        return e.getCause().getMessage();
    }
}

/** How many primes there are from one number up to another, which is left out. */
static int primesIn(int from, int to) {
    busyMost.accumulateAndGet(busy.incrementAndGet(), Math::max);
    int primes = 0;
    for (int n = Math.max(from, 2); n < to; n++) {
        int divisor = 2;
        while (divisor * divisor <= n && n % divisor != 0) {
            divisor++;
        }
        primes += divisor * divisor > n ? 1 : 0;
    }
    busy.decrementAndGet();
    return primes;
}

/** The same for all numbers up to an end, by the sieve of Eratosthenes. */
static int primesByTable(int end) {
    BitSet composite = new BitSet(end);
    for (int n = 2; n < end; n++) {
        for (long multiple = (long) n * n; !composite.get(n) && multiple < end; multiple += n) {
            composite.set((int) multiple);
        }
    }
    return Math.max(0, end - 2 - composite.cardinality());
}

static int sum(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).sum();
}

static void check(boolean holds, String otherwise) {
    if (!holds) {
        throw new AssertionError(otherwise);
    }
}
