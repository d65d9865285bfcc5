package io.weft.netpoll;

import io.weft.linux.Epoll;
import io.weft.linux.EpollEvents;
import io.weft.linux.Errno;
import io.weft.linux.Sys;
import io.weft.sched.spi.Poller;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;

/**
 * One epoll instance, and one eventfd that ends a blocking wait on it.
 *
 * <p>The eventfd is registered edge-triggered: each write raises an edge even if the counter is not
 * zero, so the counter is never read and a wake-up costs one system call, the write.
 *
 * <p><b>Wake-ups.</b> The wake flag is 1 while a wake-up is owed to a {@link #block}; {@link #wake}
 * writes to the eventfd only when it turns the flag from 0 to 1. The edge can be harvested by a
 * {@link #poll}, which ends no block, and edge-triggered epoll reports it once only. So the flag,
 * not the edge, is what the debt is kept in, and a block that begins with the flag at 1 does not
 * sleep:
 *
 * <pre>
 *  flag  edge   event                          flag  edge   why it is right
 *  ────  ─────  ─────────────────────────────  ────  ─────  ──────────────────────────────────────
 *  0     –      wake                           1     yes    first the flag, then the write
 *  1     any    wake                           1     same   the debt is already on the books
 *  1     yes    poll                           1     –      the debt stays: the next block is short
 *  1     any    block begins                   0     same   pays: it polls and returns
 *  0     –      block sleeps, wake comes       0     –      the edge ends the sleep, block clears
 *  0     yes    poll                           0     –      the edge of a write that came after the
 *  0     yes    block begins                   0     –      debt was paid: one spurious return
 * </pre>
 *
 * <p><b>Barrier, waker against blocker.</b> wake() swaps 1 into the flag, block() swaps 0 into it
 * before it returns. Both are volatile read-modify-writes, also when the flag was 1 already: a
 * wake() that writes nothing to the eventfd is still ordered before the swap that pays its debt,
 * and what the waker published before wake() is visible to whoever called block(). A failed
 * compare-and-set instead would write nothing, and the work could be published but not seen.
 *
 * <p>{@link #poll} and {@link #block} are called under the poll lock of the P, which also makes the
 * event array and the plain fields visible to the next caller. {@link #wake}, {@link #isWatching}
 * and registration are free of it.
 */
class EpollPoller implements Poller {

    /**
     * The most events of one wait. What the kernel touches to report an event (epoll item, file,
     * socket) is touched again by the recv that follows; with few events in between it is still in
     * the cache. Under saturation a small batch also leaves the queue in the kernel, where it is
     * first come, first served, and not in a run queue that it would overflow. When more is ready
     * the caller finds it in its next poll, whose fixed price, about 0.2 µs, is small beside 32
     * messages of 5 µs.
     */
    static final int BATCH = 32;

    /** The data of the eventfd; no descriptor has the number -1. */
    static final long WAKE_DATA = -1L;

    /** The data of ring 0; that of the others is below. */
    private static final long RING_DATA = -2L;

    private static final int READ_EVENTS =
            Epoll.EPOLLIN | Epoll.EPOLLRDHUP | Epoll.EPOLLPRI | Epoll.EPOLLET;
    private static final int WRITE_EVENTS = READ_EVENTS | Epoll.EPOLLOUT;

    private static final int NOT_OWED = 0;
    private static final int OWED = 1;

    private static final VarHandle WAKE_FLAG;

    static {
        try {
            WAKE_FLAG =
                    MethodHandles.lookup().findVarHandle(EpollPoller.class, "wakeFlag", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Sys sys;
    private final DescriptorTable<PollDesc> table;
    private final EpollEvents events;
    private final int epollFd;
    private final int wakeFd;
    private final LongAdder staleEvents = new LongAdder();
    private final LongAdder wakeSignals = new LongAdder();

    @SuppressWarnings("unused") // through WAKE_FLAG
    private int wakeFlag;

    /** Turns true once; a reader that sees it late skips a poll that found nothing so far. */
    private volatile boolean watching;

    /** Guarded by the poll lock. */
    private boolean closed;

    /**
     * Creates the epoll instance and its eventfd.
     *
     * @throws java.io.UncheckedIOException if the kernel refuses; nothing is left open
     */
    EpollPoller(Sys sys, DescriptorTable<PollDesc> table, int batch) {
        this.sys = sys;
        this.table = table;
        this.events = new EpollEvents(batch);
        this.epollFd = sys.epollCreate();
        this.wakeFd = epollFd < 0 ? epollFd : sys.eventfd();
        int interest = Epoll.EPOLLIN | Epoll.EPOLLET;
        int result =
                wakeFd < 0
                        ? wakeFd
                        : sys.epollCtl(epollFd, Epoll.EPOLL_CTL_ADD, wakeFd, interest, WAKE_DATA);
        if (result < 0) {
            closeEpoll();
            String call = epollFd < 0 ? "epoll_create1" : wakeFd < 0 ? "eventfd" : "epoll_ctl";
            throw EpollErrors.creation(call, -result);
        }
    }

    @Override
    public int poll() {
        return deliver(harvest(0));
    }

    @Override
    public int block(long timeoutNanos) {
        // Paid before the harvest: what a later wake() owes it owes to this block, which has yet to
        // return, or to the next. The look before the swap spares the common case the swap: a flag
        // that turns 1 after the look brings an edge, which ends the harvest below.
        boolean owed = wakeFlagVolatile() == OWED && swapWakeFlagVolatile(NOT_OWED) == OWED;
        int harvested = harvest(owed ? 0 : timeoutNanos);
        int found = deliver(harvested);
        if (found != harvested) {
            swapWakeFlagVolatile(NOT_OWED); // the eventfd was among the events
        }
        return found;
    }

    @Override
    public void wake() {
        if (swapWakeFlagVolatile(OWED) == OWED) {
            return;
        }
        wakeSignals.increment();
        int result = sys.eventfdSignal(wakeFd);
        if (result < 0) {
            throw EpollErrors.waking(-result);
        }
    }

    @Override
    public boolean isWatching() {
        return watching;
    }

    @Override
    public void close() {
        closeEpoll();
    }

    private void closeEpoll() {
        if (closed) {
            return;
        }
        closed = true;
        // Owed for ever: a late wake() does not write to a number that is somebody else's by then.
        swapWakeFlagVolatile(OWED);
        if (wakeFd >= 0) {
            sys.close(wakeFd);
        }
        if (epollFd >= 0) {
            sys.close(epollFd);
        }
        events.close();
    }

    /** Registers a descriptor; 0 or a negated errno. Callable from any thread. */
    int register(int fd, int generation, boolean writing) {
        watch(); // before the first event can come
        int interest = writing ? WRITE_EVENTS : READ_EVENTS;
        return sys.epollCtl(epollFd, Epoll.EPOLL_CTL_ADD, fd, interest, data(fd, generation));
    }

    /** From here on polling may find something. */
    final void watch() {
        if (!watching) {
            watching = true;
        }
    }

    /** Registers the descriptor of a ring: 0 or a negated errno. */
    final int watchRing(int ringFd, int number) {
        int interest = Epoll.EPOLLIN | Epoll.EPOLLET;
        return sys.epollCtl(epollFd, Epoll.EPOLL_CTL_ADD, ringFd, interest, RING_DATA - number);
    }

    /** Takes a descriptor out; 0 or a negated errno. Callable from any thread. */
    int unregister(int fd) {
        return sys.epollCtl(epollFd, Epoll.EPOLL_CTL_DEL, fd, 0, 0);
    }

    /**
     * Adds interest in writing; 0 or a negated errno. Callable from any thread. The kernel looks at
     * the descriptor anew, so readiness that is there already raises an edge.
     */
    int change(int fd, int generation) {
        return sys.epollCtl(epollFd, Epoll.EPOLL_CTL_MOD, fd, WRITE_EVENTS, data(fd, generation));
    }

    final void countStaleEvent() {
        staleEvents.increment();
    }

    long staleEvents() {
        return staleEvents.sum();
    }

    long wakeSignals() {
        return wakeSignals.sum();
    }

    static long data(int fd, int generation) {
        return ((long) generation << Integer.SIZE) | fd;
    }

    private int harvest(long timeoutNanos) {
        if (closed) {
            throw new IllegalStateException("netpoll: a closed poller is polled");
        }
        int harvested = sys.epollWait(epollFd, events, timeoutNanos);
        if (harvested >= 0) {
            return harvested;
        }
        if (harvested == -Errno.EINTR) {
            return 0; // a signal; the caller works out anew how long it may sleep
        }
        throw EpollErrors.waiting(-harvested);
    }

    /** Delivers the first events of the array; returns how many were not the eventfd's. */
    private int deliver(int harvested) {
        int found = harvested;
        for (int i = 0; i < harvested; i++) {
            long data = events.data(i);
            if (data == WAKE_DATA) {
                found--;
            } else if (data < 0 && data > RING_DATA - Netpoll.RINGS_MAX) {
                deliverRing((int) (RING_DATA - data));
            } else {
                deliver(data, events.events(i));
            }
        }
        return found;
    }

    /** The ring of that number may have completions. */
    void deliverRing(int number) {
        throw new IllegalStateException("netpoll: an edge of ring " + number + " without rings");
    }

    /**
     * Delivers one event. Its descriptor may have been closed, and its number reused, since the
     * kernel wrote the event down: the generation tells.
     */
    void deliver(long data, int edge) {
        int fd = (int) data;
        int generation = (int) (data >>> Integer.SIZE);
        PollDesc descriptor = table.get(fd);
        if (descriptor == null || descriptor.generation() != generation) {
            countStaleEvent();
            return;
        }
        descriptor.deliver(edge);
    }

    private int wakeFlagVolatile() {
        return (int) WAKE_FLAG.getVolatile(this);
    }

    private int swapWakeFlagVolatile(int next) {
        return (int) WAKE_FLAG.getAndSet(this, next);
    }
}
