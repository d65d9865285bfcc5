package io.weft.netpoll;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The rings of one poller: opened when all tables are full, closed when nobody uses them. A ring
 * keeps its number; where one was closed there is a gap, which the next one fills.
 */
final class Rings implements AutoCloseable {

    private final UringPoller poller;
    private final RingFactory factory;
    private final SubmissionLock lock;
    private final ReentrantLock growth = new ReentrantLock();
    private final AtomicInteger connectionCount = new AtomicInteger();

    /**
     * Replaced under {@link #growth} and the lock of the poller, so read under either, or as a
     * hint.
     */
    private volatile @Nullable SocketRing[] rings = new SocketRing[0];

    /** When no further ring could be opened; tried again after a while. */
    private volatile long refusedNanos = System.nanoTime() - RingFactory.RETRY_NANOS;

    Rings(UringPoller poller, RingFactory factory) {
        this.poller = poller;
        this.factory = factory;
        this.lock = poller.lock();
    }

    /** All of them, with gaps. */
    @Nullable SocketRing[] all() {
        return rings;
    }

    boolean areSeveral() {
        return rings.length > 1;
    }

    int count() {
        int count = 0;
        for (SocketRing ring : rings) {
            count += ring == null ? 0 : 1;
        }
        return count;
    }

    /** Connections in the tables, those included that are about to come or to go. */
    int connectionCount() {
        return connectionCount.get();
    }

    /** The ring of that number, if there is one, may have completions. */
    void activate(int number) {
        lock.lock();
        try {
            SocketRing ring = number < rings.length ? rings[number] : null;
            if (ring != null) {
                ring.setActive(true);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Opens the ring of that number, where there is none: 0 or a negated errno. */
    int open(int number) {
        SocketRing[] into = new SocketRing[1];
        int answer = factory.open(poller, number, into);
        if (answer >= 0) {
            answer = poller.watchRing(into[0].fd(), number);
            if (answer < 0) {
                into[0].close();
            }
        }
        if (answer >= 0) {
            replace(number, into[0]);
        }
        return answer;
    }

    /** Gives a connected socket a slot; null when none is to be had. The descriptor stays open. */
    @Nullable DirectDesc adopt(Netpoll netpoll, int fd) {
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
                DirectDesc desc = new DirectDesc(netpoll, ring, slot, generation);
                return enter(desc, fd) ? desc : null;
            }
        }
    }

    private boolean enter(DirectDesc desc, int fd) {
        SocketRing ring = desc.ring;
        int answer = ring.install(desc.slot(), fd);
        if (answer < 0) {
            freeSlot(ring, desc.slot());
            return false; // no memory, or a file that cannot be in a table
        }
        lock.lock();
        try {
            ring.slots().put(desc.slot(), desc);
        } finally {
            lock.unlock();
        }
        connectionCount.incrementAndGet();
        return true;
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
        int answer = open(number);
        if (answer < 0) {
            refusedNanos = System.nanoTime();
            factory.warn(number, -answer);
            return null;
        }
        return rings[number];
    }

    private void replace(int number, @Nullable SocketRing ring) {
        lock.lock();
        try {
            int length = Math.max(rings.length, number + 1);
            @Nullable SocketRing[] next = Arrays.copyOf(rings, length);
            next[number] = ring;
            rings = next;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes a ring without connections, if the others have room for many. Under the poll lock: of
     * those who use a ring without it, each has a connection there, or holds it.
     */
    void retire(SocketRing ring) {
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

    /** Empties the slot of a closed connection. */
    void release(DirectDesc desc) {
        SocketRing ring = desc.ring;
        lock.lock();
        try {
            ring.forgetUnread(desc);
            ring.slots().forget(desc.slot());
        } finally {
            lock.unlock();
        }
        ring.uninstall(desc.slot());
        connectionCount.decrementAndGet();
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

    /** Those that are open. */
    List<DirectDesc> connections() {
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
        return open;
    }

    /** Closes all rings. Nobody uses one any more. */
    @Override
    public void close() {
        for (SocketRing ring : rings) {
            if (ring != null) {
                ring.close();
            }
        }
        rings = new SocketRing[0];
    }
}
