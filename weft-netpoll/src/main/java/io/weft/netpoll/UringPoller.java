package io.weft.netpoll;

import io.weft.linux.Errno;
import io.weft.linux.Sys;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Completions of io_uring for connected sockets, and epoll for everything else: for listeners, for
 * sockets that connect, and for the rings themselves.
 *
 * <p>A connection has a slot in the table of a ring and no descriptor, so connections are not
 * bounded by {@code RLIMIT_NOFILE}: the limit bounds the table of one ring, and when all tables are
 * full another ring is opened. A ring has completions when its descriptor is readable, which epoll
 * tells by an edge; rings without any cost a round nothing.
 *
 * <p><b>A round.</b> What goroutines queue is handed to the kernel by the next {@link #poll} or
 * {@link #block}, in one call for each ring, or by themselves when much is queued. Then the
 * completions are read from memory. Only when there are none does the M sleep, in epoll, where
 * {@link #wake}, an edge of a ring and the other descriptors end its sleep alike.
 *
 * <p><b>Nothing is left lying.</b> Who queues an entry relies on the M of this P to hand it over,
 * but only if it runs on this P and the M does not sleep; else it does so itself. A goroutine that
 * has lost its P without knowing believes to run there, so the M's sleep is looked at under the
 * lock: {@link #fallAsleep} finds the entry pending, or the one who queues it finds {@code asleep}.
 *
 * <p><b>Whose request it is.</b> The kernel finishes a request on the thread that handed it over,
 * and wakes that thread for it. That is the M of this P, mostly; when another takes over the P the
 * epoch changes, and receives that go on for ever are ended at their next completion and made anew.
 * They are made at all only after the same M has driven the poller for {@value #STEADY_ROUNDS}
 * rounds, and for as many as {@value #STEADY_CONNECTIONS_MAX} connections. Who only helps out, a
 * neighbour or the system monitor, hands over single receives.
 */
final class UringPoller extends EpollPoller {

    private static final int STEADY_ROUNDS = 256;

    private static final long RETRY_NANOS = 20_000;

    /**
     * With more connections than this, most of them rest. A receive that goes on is armed even
     * while nobody reads, and costs the kernel some 700 bytes.
     */
    private static final int STEADY_CONNECTIONS_MAX = 16_384;

    /** Tries of a goroutine to find room in the queue; each is a submission and a yield. */
    private static final int ROOM_TRIES = 1_000_000;

    private final Netpoll netpoll;
    private final int index;
    private final Sys sys;
    private final RingFactory factory;
    private final SubmissionLock lock = new SubmissionLock();
    private final Rings rings;

    /** Guarded by the poll lock. */
    private final DirectDesc[] readied;

    /** Edges of rings in the harvest under way. Guarded by the poll lock. */
    private int ringEdges;

    /** Whether the M sleeps, or is about to. Guarded by the lock. */
    private boolean asleep;

    /** Who drives this poller. Guarded by the poll lock. */
    private @Nullable Thread driver;

    /** Rounds of the driver since it took over. Guarded by the poll lock, a hint for others. */
    private int steadyRounds;

    /** Changes with the driver. Guarded by the poll lock, a hint for others. */
    private int epoch;

    /**
     * Creates the epoll instance and the first ring.
     *
     * @throws java.io.UncheckedIOException if the kernel refuses; nothing is left open
     */
    UringPoller(Netpoll netpoll, int index, Sys sys, RingFactory factory, int batch) {
        super(sys, netpoll.table(), batch);
        this.netpoll = netpoll;
        this.index = index;
        this.sys = sys;
        this.factory = factory;
        this.readied = new DirectDesc[factory.settings().batch()];
        this.rings = new Rings(this, factory);
        int answer = rings.open(0);
        if (answer < 0) {
            close();
            throw UringErrors.creation(-answer);
        }
    }

    SubmissionLock lock() {
        return lock;
    }

    int epoch() {
        return epoch;
    }

    /** Connections in the tables, those included that are about to come or to go. */
    int connections() {
        return rings.connectionCount();
    }

    int ringCount() {
        return rings.count();
    }

    // Rounds.

    @Override
    public int poll() {
        boolean own = noteDriver();
        int found = drive(own);
        ringEdges = 0;
        int events = super.poll() - ringEdges;
        return found + events + (ringEdges > 0 ? drive(own) : 0);
    }

    @Override
    public int block(long timeoutNanos) {
        boolean own = noteDriver();
        int found = drive(own);
        if (found > 0) {
            return found;
        }
        long sleepNanos = timeoutNanos;
        if (!fallAsleep()) {
            found = drive(own);
            if (found > 0) {
                return found;
            }
            // What is pending now, the kernel refuses for the moment.
            sleepNanos = timeoutNanos < 0 ? RETRY_NANOS : Math.min(timeoutNanos, RETRY_NANOS);
        }
        ringEdges = 0;
        int events;
        try {
            events = super.block(sleepNanos);
        } finally {
            awake();
        }
        if (events == 0 && rings.areSeveral()) {
            // A completion that was made on this thread has interrupted the sleep. Which ring it
            // is on only epoll knows.
            events = super.poll();
        }
        return events - ringEdges + drive(own);
    }

    /** Whether the caller is the M of this P; notes when it is another one than before. */
    @SuppressWarnings("ReferenceEquality") // a thread is its identity
    private boolean noteDriver() {
        if (netpoll.currentProcessor() != index) {
            return false;
        }
        Thread me = Thread.currentThread();
        if (me != driver) {
            driver = me;
            epoch++;
            steadyRounds = 0;
        } else if (steadyRounds < STEADY_ROUNDS) {
            steadyRounds++;
        }
        return true;
    }

    /** Hands over what is pending and delivers what has completed. Under the poll lock. */
    private int drive(boolean own) {
        int found = 0;
        @Nullable SocketRing[] all = rings.all();
        for (SocketRing ring : all) {
            if (ring != null && ring.isActive()) {
                found += drive(ring, own);
            }
        }
        return found;
    }

    private int drive(SocketRing ring, boolean own) {
        if (ring.isHeldBack() || isPending(ring)) {
            submit(ring, own);
        }
        int found;
        int woken;
        lock.lock();
        try {
            found = ring.reap(readied);
            woken = ring.takeWoken();
            if (!ring.isBusy() && rings.areSeveral()) {
                ring.setActive(false);
            }
        } finally {
            lock.unlock();
        }
        for (int i = 0; i < found; i++) {
            readied[i].ready(Direction.READ);
        }
        if (ring.hasFinished()) {
            releaseFinished(ring);
        }
        if (ring.index() > 0 && ring.slots().used() == 0) {
            rings.retire(ring);
        }
        return found + woken;
    }

    private boolean isPending(SocketRing ring) {
        lock.lock();
        try {
            return ring.pending() > 0;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Hands over what is pending on a ring. Callable from any thread, without the lock.
     *
     * @param own whether the caller is the M that drives this poller
     */
    private void submit(SocketRing ring, boolean own) {
        int pending;
        boolean flush;
        lock.lock();
        try {
            if (!own) {
                ring.ease();
            }
            flush = ring.hasOverflow();
            pending = ring.handOver(flush);
        } finally {
            lock.unlock();
        }
        int answer = ring.enter(pending, flush);
        boolean leftToSleeper;
        lock.lock();
        try {
            ring.entered(flush);
            leftToSleeper = answer < pending && asleep && ring.pending() > 0;
        } finally {
            lock.unlock();
        }
        if (leftToSleeper) {
            wake();
        }
        // EINTR: a signal. EAGAIN: no memory for a request. EBUSY: completions beyond the queue
        // are not read yet. All of it passes, and what was not taken stays pending, for the M.
        if (answer < 0
                && answer != -Errno.EINTR
                && answer != -Errno.EAGAIN
                && answer != -Errno.EBUSY) {
            throw UringErrors.corrupt("take entries", -answer);
        }
        releaseFinished(ring);
    }

    /** Empties the slots of closed connections that are done. */
    private void releaseFinished(SocketRing ring) {
        DirectDesc desc = nextFinished(ring);
        while (desc != null) {
            rings.release(desc);
            desc = nextFinished(ring);
        }
    }

    private @Nullable DirectDesc nextFinished(SocketRing ring) {
        lock.lock();
        try {
            return ring.nextFinished();
        } finally {
            lock.unlock();
        }
    }

    /** Hands over what is pending on a ring, at once and on the calling thread. */
    void submit(SocketRing ring) {
        submit(ring, netpoll.currentProcessor() == index);
    }

    /** Marks the sleep, unless something is pending. Under the poll lock. */
    private boolean fallAsleep() {
        lock.lock();
        try {
            for (SocketRing ring : rings.all()) {
                if (ring != null && ring.isActive() && ring.isBusy()) {
                    return false;
                }
            }
            asleep = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    boolean isAsleep() {
        lock.lock();
        try {
            return asleep;
        } finally {
            lock.unlock();
        }
    }

    private void awake() {
        lock.lock();
        asleep = false;
        lock.unlock();
    }

    /** After an entry was queued: whether who queued it has to hand it over. With the lock. */
    private boolean mustSubmit(SocketRing ring) {
        ring.setActive(true);
        return asleep
                || netpoll.currentProcessor() != index
                || ring.pending() >= factory.settings().submitAt();
    }

    // What connections ask for.

    /** Queues a receive, unless there is something to read or one under way. */
    void receive(DirectDesc desc) {
        SocketRing ring = desc.ring;
        for (int tries = 0; tries < ROOM_TRIES; tries++) {
            boolean queued = true;
            boolean submit;
            lock.lock();
            try {
                if (!desc.is(DirectDesc.RECEIVING) && desc.isDrained()) {
                    queued = ring.receive(desc, isSteady());
                }
                submit = mustSubmit(ring);
            } finally {
                lock.unlock();
            }
            if (submit || !queued) {
                submit(ring);
            }
            if (queued) {
                return;
            }
            Thread.yield();
        }
        throw noRoom();
    }

    /** Whether a receive that is queued now may go on. With the lock. */
    private boolean isSteady() {
        return steadyRounds == STEADY_ROUNDS
                && !asleep
                && netpoll.currentProcessor() == index
                && rings.connectionCount() <= STEADY_CONNECTIONS_MAX;
    }

    /** Takes bytes of a write: how many, or a negated errno. */
    int send(
            DirectDesc desc,
            byte @Nullable [] array,
            @Nullable MemorySegment segment,
            int offset,
            int length) {
        SocketRing ring = desc.ring;
        for (int tries = 0; tries < ROOM_TRIES; tries++) {
            int taken;
            boolean submit;
            lock.lock();
            try {
                taken = ring.send(desc, array, segment, offset, length);
                submit = taken >= 0 && mustSubmit(ring);
            } finally {
                lock.unlock();
            }
            if (submit || taken == 0) {
                submit(ring);
            }
            if (taken != 0) {
                return taken;
            }
            if (tries > 0) {
                Thread.yield();
            }
        }
        throw noRoom();
    }

    /** Has the output shut when what is left over is sent; false when nothing is. */
    boolean shutdownLater(DirectDesc desc) {
        submit(desc.ring);
        lock.lock();
        try {
            boolean later = desc.is(DirectDesc.BLOCKED);
            if (later) {
                desc.set(DirectDesc.SHUT_LATER);
                desc.ready(Direction.WRITE); // who waits for room to write learns of it
            }
            return later;
        } finally {
            lock.unlock();
        }
    }

    /** A file descriptor for the socket, or a negated errno; waits for the ring's answer. */
    int installFd(DirectDesc desc) {
        SocketRing ring = desc.ring;
        RingCall call = new RingCall();
        for (int tries = 0; tries < ROOM_TRIES; tries++) {
            boolean queued;
            lock.lock();
            try {
                queued = ring.install(desc, call);
                ring.setActive(true);
            } finally {
                lock.unlock();
            }
            submit(ring);
            if (queued) {
                return call.await();
            }
            Thread.yield();
        }
        throw noRoom();
    }

    private static IllegalStateException noRoom() {
        return new IllegalStateException(
                "netpoll: the queue of a ring is full, and nobody reads its completions");
    }

    // Opening and closing.

    /**
     * Takes over a connected socket: it gets a slot, and its descriptor is closed.
     *
     * @return null when no slot is to be had; the descriptor is as it was
     */
    @Nullable DirectDesc adopt(int fd) {
        DirectDesc desc = adoptOpen(fd);
        if (desc != null) {
            sys.close(fd);
        }
        return desc;
    }

    /** The same; the descriptor stays open. */
    @Nullable DirectDesc adoptOpen(int fd) {
        DirectDesc desc = rings.adopt(netpoll, fd);
        if (desc != null) {
            watch();
        }
        return desc;
    }

    /**
     * The last reference is gone. The slot is emptied when what was written is sent: mostly within
     * this call, else by who drives the poller.
     */
    void close(DirectDesc desc) {
        SocketRing ring = desc.ring;
        for (int tries = 0; tries < ROOM_TRIES; tries++) {
            boolean begun;
            lock.lock();
            try {
                ring.setActive(true);
                ring.hold();
                begun = ring.beginClose(desc);
            } finally {
                lock.unlock();
            }
            submit(ring);
            lock.lock();
            ring.letGo();
            ring.setActive(true); // it may be the last thing that kept the ring
            lock.unlock();
            if (begun) {
                return;
            }
            Thread.yield();
        }
        throw noRoom();
    }

    /** Closes every connection, and each that is entered from here on. */
    void closeConnections() {
        rings.connections().forEach(PollDesc::close);
    }

    void countStale() {
        countStaleEvent();
    }

    @Override
    void deliverRing(int number) {
        ringEdges++;
        rings.activate(number);
    }

    @Override
    public void close() {
        rings.close();
        super.close();
    }
}
