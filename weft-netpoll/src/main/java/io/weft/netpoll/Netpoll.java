package io.weft.netpoll;

import io.weft.linux.Sys;
import io.weft.linux.UringSys;
import io.weft.sched.Scheduler;
import io.weft.sched.spi.Poller;
import java.lang.invoke.VarHandle;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The network poller of one runtime: a poller for each P, and the table of open descriptors.
 *
 * <p>All methods may be called from any thread.
 */
public final class Netpoll implements AutoCloseable {

    /** The most pollers: a descriptor keeps the number of its poller in 15 bits. */
    static final int POLLERS_MAX = Short.MAX_VALUE;

    /** By so many connections, and an eighth, one poller may be ahead of another. */
    private static final int UNEVEN_MAX = 64;

    /** The most rings of one poller: more connections than memory can hold. */
    static final int RINGS_MAX = 1 << 16;

    private final Sys sys;
    private final IntSupplier currentProcessor;
    private final EpollPoller[] pollers;
    private final DescriptorTable<PollDesc> table = new DescriptorTable<>();
    private final ConcurrentHashMap<Object, Object> attachments = new ConcurrentHashMap<>();
    private final AtomicInteger roundRobin = new AtomicInteger();
    private final LongAdder registrations = new LongAdder();
    private final LongAdder interestChanges = new LongAdder();
    private final LongAdder wouldBlocks = new LongAdder();

    private final Supplier<? extends AlarmClock> alarmClock;
    private final boolean usesRings;

    /** Set before the table is swept; see {@link #open}. */
    private volatile boolean closing;

    /**
     * Creates a netpoll with that many epoll pollers, without deadlines: setting one throws.
     *
     * @param currentProcessor tells the index of the P that runs the caller, or -1
     * @throws java.io.UncheckedIOException if the kernel refuses an epoll instance or an eventfd;
     *     names the errno and the cure
     */
    public Netpoll(Sys sys, int pollers, IntSupplier currentProcessor) {
        this(sys, pollers, currentProcessor, EpollPoller.BATCH);
    }

    Netpoll(Sys sys, int pollers, IntSupplier currentProcessor, int batch) {
        this(new PollerFactory(sys, null, batch), pollers, currentProcessor, Netpoll::noClock);
    }

    /**
     * Creates a netpoll with that many pollers, whose deadlines are served by a scheduler.
     *
     * @param uring the calls of io_uring, by which connected sockets are served then; null for
     *     epoll alone
     * @param currentProcessor tells the index of the P that runs the caller, or -1
     * @param scheduler whose timers wake a thread when its deadline passes; asked when a deadline
     *     is first set on a descriptor, so that it may be made after this
     * @throws java.io.UncheckedIOException if the kernel refuses an epoll instance, an eventfd or a
     *     ring; names the errno and the cure
     */
    public Netpoll(
            Sys sys,
            @Nullable UringSys uring,
            int pollers,
            IntSupplier currentProcessor,
            Supplier<? extends Scheduler> scheduler) {
        this(
                new PollerFactory(
                        sys,
                        uring == null ? null : new RingFactory(uring, sys, RingSettings.DEFAULT),
                        EpollPoller.BATCH),
                pollers,
                currentProcessor,
                () -> new SchedulerClock(scheduler.get()));
    }

    Netpoll(
            PollerFactory factory,
            int pollers,
            IntSupplier currentProcessor,
            Supplier<? extends AlarmClock> alarmClock) {
        if (pollers < 1 || pollers > POLLERS_MAX) {
            throw new IllegalArgumentException(
                    "a netpoll needs 1 to " + POLLERS_MAX + " pollers: " + pollers);
        }
        this.alarmClock = alarmClock;
        this.sys = factory.sys();
        this.currentProcessor = currentProcessor;
        this.pollers = new EpollPoller[pollers];
        int created = 0;
        try {
            for (; created < pollers; created++) {
                this.pollers[created] = factory.create(this, created);
            }
        } finally {
            if (created < pollers) {
                closePollers(created);
            }
        }
        usesRings = factory.rings() != null;
    }

    /**
     * The netpoll of the calling thread: that of the runtime whose goroutine calls, else that of
     * the default runtime.
     *
     * @throws UnsupportedOperationException when this JDK or machine cannot run Weft; the message
     *     names the cure
     */
    public static Netpoll current() {
        return Provider.INSTANCE.current();
    }

    /** The poller of a P, for its scheduler. */
    public Poller poller(int processor) {
        return pollers[processor];
    }

    /** The system calls that the descriptors of this netpoll are used with. */
    public Sys sys() {
        return sys;
    }

    /** The number of pollers. */
    public int processors() {
        return pollers.length;
    }

    /**
     * Takes over a non-blocking file descriptor: from here on only the {@link PollDesc} may close
     * it. It is registered when somebody first waits for it. If this netpoll is closed, so is the
     * result, and with it the file descriptor.
     *
     * @throws IllegalStateException if the number was closed and reused behind our back
     */
    public PollDesc open(int fd) {
        PollDesc descriptor = new PollDesc(this, fd, table.nextGeneration());
        table.put(fd, descriptor);
        // Barrier, paired with closeDescriptors: entry first, flag second here, the other way round
        // there. Either the sweep finds the entry or this finds the flag.
        if (closing) {
            descriptor.close();
        }
        return descriptor;
    }

    /**
     * Takes over a connected stream socket: like {@link #open}, but where io_uring serves, its
     * descriptor is closed, and the socket lives on in a slot of a ring. Where no slot is to be had
     * it keeps its descriptor, and epoll serves it.
     */
    public PollDesc openConnected(int fd) {
        DirectDesc adopted = usesRings ? chooseRings().adopt(fd) : null;
        if (adopted == null) {
            return open(fd);
        }
        if (closing) { // as in open()
            adopted.close();
        }
        return adopted;
    }

    /**
     * Takes over a socket that has been connected under its descriptor; the result replaces it. The
     * caller holds no reference that it still needs.
     */
    public PollDesc openConnected(PollDesc connecting) {
        if (!usesRings || !connecting.acquire()) {
            return connecting;
        }
        try {
            DirectDesc adopted = chooseRings().adoptOpen(connecting.fd());
            if (adopted == null) {
                return connecting;
            }
            connecting.unregister();
            connecting.close();
            if (closing) {
                adopted.close();
            }
            return adopted;
        } finally {
            connecting.release();
        }
    }

    /**
     * The poller of the P that runs the caller, unless it has many more connections than another:
     * the goroutine of a connection comes back where its ring is.
     */
    private UringPoller chooseRings() {
        UringPoller near = (UringPoller) pollers[choosePoller()];
        UringPoller least = near;
        for (EpollPoller poller : pollers) {
            UringPoller other = (UringPoller) poller;
            if (other.connections() < least.connections()) {
                least = other;
            }
        }
        int most = least.connections() + least.connections() / 8 + UNEVEN_MAX;
        return near.connections() > most ? least : near;
    }

    /** Whether connections are served by io_uring. */
    public boolean usesRings() {
        return usesRings;
    }

    DescriptorTable<PollDesc> table() {
        return table;
    }

    /** The index of the P that runs the caller, or -1; a hint that may be outdated at once. */
    public int currentProcessor() {
        return currentProcessor.getAsInt();
    }

    /**
     * What a layer above keeps once per netpoll, such as its buffers: made at the first call for a
     * key, and as long-lived as the netpoll.
     */
    public <T> T attachment(Object key, Class<T> type, Supplier<? extends T> create) {
        return type.cast(attachments.computeIfAbsent(key, absent -> create.get()));
    }

    /** Counts a recv, send or accept that answered EAGAIN. */
    public void countWouldBlock() {
        wouldBlocks.increment();
    }

    /** What happened so far. */
    public NetpollCounters counters() {
        long staleEvents = 0;
        long wakeSignals = 0;
        for (EpollPoller poller : pollers) {
            staleEvents += poller.staleEvents();
            wakeSignals += poller.wakeSignals();
        }
        return new NetpollCounters(
                registrations.sum(),
                interestChanges.sum(),
                wouldBlocks.sum(),
                staleEvents,
                wakeSignals);
    }

    /**
     * Closes every open descriptor and each that is opened from here on: all waiters wake and find
     * it closed. The pollers go on, so a runtime calls this first, lets its goroutines end, stops
     * its scheduler, and then calls {@link #close}.
     */
    public void closeDescriptors() {
        closing = true;
        VarHandle.fullFence(); // the table is read with acquire, which could run ahead of the flag
        table.forEach(PollDesc::close);
        for (EpollPoller poller : pollers) {
            if (poller instanceof UringPoller rings) {
                rings.closeConnections();
            }
        }
    }

    /**
     * Closes every descriptor and the pollers. Nobody polls or wakes the pollers any more: the
     * scheduler has stopped. May be called again, by one thread at a time.
     */
    @Override
    public void close() {
        closeDescriptors();
        closePollers(pollers.length);
    }

    private void closePollers(int count) {
        for (int i = 0; i < count; i++) {
            pollers[i].close();
        }
    }

    /**
     * The index of the poller to register with: near the goroutine that waits, else evenly spread.
     */
    int choosePoller() {
        int processor = currentProcessor.getAsInt();
        if (processor >= pollers.length) {
            throw new IllegalStateException(
                    "netpoll: there is no poller for P " + processor + " of " + pollers.length);
        }
        return processor >= 0
                ? processor
                : Math.floorMod(roundRobin.getAndIncrement(), pollers.length);
    }

    EpollPoller epollPoller(int index) {
        return pollers[index];
    }

    /** What a descriptor's deadlines go by. */
    AlarmClock alarmClock() {
        return alarmClock.get();
    }

    private static AlarmClock noClock() {
        throw new IllegalStateException(
                "netpoll: no scheduler serves deadlines here; give the Netpoll one");
    }

    void forget(PollDesc descriptor) {
        table.remove(descriptor.fd(), descriptor);
    }

    void countRegistration() {
        registrations.increment();
    }

    void countInterestChange() {
        interestChanges.increment();
    }

    /** Loaded, and so looked up, at the first {@link #current}. */
    private static final class Provider {
        static final NetpollProvider INSTANCE =
                ServiceLoader.load(NetpollProvider.class, Netpoll.class.getClassLoader())
                        .findFirst()
                        .orElse(Provider::missing);

        private static Netpoll missing() {
            throw new UnsupportedOperationException(
                    "netpoll: no runtime is installed; add io.weft:weft to the class or module"
                            + " path, or pass a Netpoll");
        }
    }
}
