package io.weft.netpoll;

import io.weft.linux.Errno;
import io.weft.linux.Sys;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
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
    private final ReentrantLock growth = new ReentrantLock();
    private final AtomicInteger connections = new AtomicInteger();

    /**
     * Changes under {@link #growth}; a ring stays where it is until it is closed, then a gap does.
     */
    private volatile @Nullable SocketRing[] rings;

    /** Rings that may have completions or entries to hand over. Guarded by the lock. */
    private boolean[] active;

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

    /** When no further ring could be opened; tried again after a while. */
    private volatile long refusedNanos = System.nanoTime() - RingFactory.RETRY_NANOS;

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
        SocketRing[] first = new SocketRing[1];
        int answer = factory.open(this, 0, first);
        if (answer >= 0) {
            answer = watchRing(first[0].fd(), 0);
        }
        if (answer < 0) {
            if (first[0] != null) {
                first[0].close();
            }
            rings = new SocketRing[0];
            active = new boolean[0];
            close();
            throw UringErrors.creation(-answer);
        }
        rings = first;
        active = new boolean[] {true};
    }

    SubmissionLock lock() {
        return lock;
    }

    int epoch() {
        return epoch;
    }

    /** Connections in the tables, those included that are about to come or to go. */
    int connections() {
        return connections.get();
    }

    int ringCount() {
        int count = 0;
        for (SocketRing ring : rings) {
            count += ring == null ? 0 : 1;
        }
        return count;
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
        if (events == 0 && rings.length > 1) {
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
        @Nullable SocketRing[] all = rings;
        for (int i = 0; i < all.length; i++) {
            SocketRing ring = all[i];
            if (active[i] && ring != null) {
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
            if (!ring.hasCompletions() && ring.pending() == 0 && rings.length > 1) {
                active[ring.index()] = false;
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
            retire(ring);
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
        lock.lock();
        try {
            if (!own) {
                ring.ease();
            }
            pending = ring.handOver();
        } finally {
            lock.unlock();
        }
        int answer = ring.enter(pending);
        boolean leftToSleeper;
        lock.lock();
        try {
            ring.entered();
            ring.finishSends();
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
            release(desc);
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
            @Nullable SocketRing[] all = rings;
            for (int i = 0; i < all.length; i++) {
                SocketRing ring = all[i];
                if (active[i] && ring != null && ring.isBusy()) {
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
        active[ring.index()] = true;
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
                    queued = ring.receive(desc, isSteady(), false);
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
                && connections.get() <= STEADY_CONNECTIONS_MAX;
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
                active[ring.index()] = true;
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
        int generation = netpoll.table().nextGeneration();
        while (true) {
            SocketRing ring = ringWithRoom();
            if (ring == null) {
                return null;
            }
            int slot;
            lock.lock();
            try {
                slot = ring.slots().reserve();
            } finally {
                lock.unlock();
            }
            if (slot != RingSlots.NONE) {
                return adopt(fd, ring, slot, generation);
            }
        }
    }

    private @Nullable DirectDesc adopt(int fd, SocketRing ring, int slot, int generation) {
        int answer = ring.install(slot, fd);
        if (answer < 0) {
            freeSlot(ring, slot);
            return null; // no memory, or a file that cannot be in a table
        }
        DirectDesc desc = new DirectDesc(netpoll, ring, slot, generation);
        lock.lock();
        try {
            ring.slots().put(slot, desc);
        } finally {
            lock.unlock();
        }
        connections.incrementAndGet();
        watch();
        return desc;
    }

    /** A ring with a free slot, opened now if need be; null when the kernel refuses one. */
    private @Nullable SocketRing ringWithRoom() {
        SocketRing found = findRoom();
        if (found != null || System.nanoTime() - refusedNanos < RingFactory.RETRY_NANOS) {
            return found;
        }
        growth.lock();
        try {
            found = findRoom();
            return found != null ? found : grow();
        } finally {
            growth.unlock();
        }
    }

    private @Nullable SocketRing findRoom() {
        lock.lock();
        try {
            for (SocketRing ring : rings) {
                if (ring != null && !ring.slots().isFull()) {
                    return ring;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable SocketRing grow() {
        int number = 0;
        while (number < rings.length && rings[number] != null) {
            number++;
        }
        SocketRing[] into = new SocketRing[1];
        int answer = factory.open(this, number, into);
        if (answer >= 0) {
            answer = watchRing(into[0].fd(), number);
            if (answer < 0) {
                into[0].close();
            }
        }
        if (answer < 0) {
            refusedNanos = System.nanoTime();
            factory.warn(number, -answer);
            return null;
        }
        replace(number, into[0]);
        return into[0];
    }

    private void replace(int number, @Nullable SocketRing ring) {
        lock.lock();
        try {
            int length = Math.max(rings.length, number + 1);
            @Nullable SocketRing[] next = Arrays.copyOf(rings, length);
            next[number] = ring;
            active = Arrays.copyOf(active, length);
            active[number] = ring != null;
            rings = next;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes a ring without connections, if the others have room for many. Under the poll lock: of
     * those who use a ring without it, each has a connection there, or holds it.
     */
    private void retire(SocketRing ring) {
        if (!growth.tryLock()) {
            return; // a ring is being opened
        }
        try {
            if (ring.isQuiet() && takeOut(ring)) {
                ring.close();
            }
        } finally {
            growth.unlock();
        }
    }

    private boolean takeOut(SocketRing ring) {
        int room = 0;
        lock.lock();
        try {
            for (SocketRing other : rings) {
                room += other == null || other == ring ? 0 : other.slots().free();
            }
            boolean inUse = ring.slots().used() > 0 || ring.isBusy() || ring.isHeld();
            if (inUse || room < ring.slots().free() / 4) {
                return false;
            }
            ring.slots().shut();
        } finally {
            lock.unlock();
        }
        replace(ring.index(), null);
        return true;
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
                active[ring.index()] = true;
                ring.hold();
                begun = ring.beginClose(desc);
            } finally {
                lock.unlock();
            }
            submit(ring);
            lock.lock();
            ring.letGo();
            active[ring.index()] = true; // it may be the last thing that kept the ring
            lock.unlock();
            if (begun) {
                return;
            }
            Thread.yield();
        }
        throw noRoom();
    }

    private void release(DirectDesc desc) {
        SocketRing ring = desc.ring;
        lock.lock();
        try {
            ring.forgetUnread(desc);
            ring.slots().forget(desc.slot());
        } finally {
            lock.unlock();
        }
        ring.uninstall(desc.slot());
        connections.decrementAndGet();
        freeSlot(ring, desc.slot());
    }

    private void freeSlot(SocketRing ring, int slot) {
        lock.lock();
        try {
            ring.slots().free(slot);
        } finally {
            lock.unlock();
        }
    }

    /** Closes every connection, and each that is entered from here on. */
    void closeConnections() {
        List<DirectDesc> open = new ArrayList<>();
        lock.lock();
        try {
            for (SocketRing ring : rings) {
                if (ring != null) {
                    ring.slots().forEach(open::add);
                }
            }
        } finally {
            lock.unlock();
        }
        open.forEach(PollDesc::close);
    }

    void countStale() {
        countStaleEvent();
    }

    @Override
    void deliverRing(int number) {
        ringEdges++;
        lock.lock();
        active[number] = true;
        lock.unlock();
    }

    @Override
    public void close() {
        for (SocketRing ring : rings) {
            if (ring != null) {
                ring.close();
            }
        }
        rings = new SocketRing[0];
        super.close();
    }
}
