package io.weft.netpoll;

import io.weft.linux.IoUring;
import io.weft.linux.Sys;
import io.weft.linux.Uring;
import io.weft.linux.UringOptions;
import io.weft.linux.UringSys;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Opens the rings of the pollers of one netpoll, all alike.
 *
 * <p>COOP_TASKRUN: no interrupt is sent to a thread to have it finish a request, it does so when it
 * enters the kernel next. TASKRUN_FLAG: the ring says when that is worth it. SUBMIT_ALL: an entry
 * that fails does not keep back those behind it. Not SINGLE_ISSUER and DEFER_TASKRUN, which would
 * bind a ring to one thread for good: see ADR 3.
 */
final class RingFactory {

    /** So long after a refusal the next ring is tried. */
    static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final System.Logger LOGGER = System.getLogger(RingFactory.class.getName());

    static final int FLAGS =
            IoUring.IORING_SETUP_COOP_TASKRUN
                    | IoUring.IORING_SETUP_TASKRUN_FLAG
                    | IoUring.IORING_SETUP_SUBMIT_ALL
                    | IoUring.IORING_SETUP_CLAMP;

    private final UringSys uringSys;
    private final Sys sys;
    private final RingSettings settings;
    private final AtomicBoolean warned = new AtomicBoolean();

    RingFactory(UringSys uringSys, Sys sys, RingSettings settings) {
        this.uringSys = uringSys;
        this.sys = sys;
        this.settings = settings;
    }

    RingSettings settings() {
        return settings;
    }

    /**
     * Opens a ring with its table and its buffers.
     *
     * @return 0, or a negated errno; nothing is left open then
     */
    int open(UringPoller poller, int number, SocketRing[] into) {
        RingSettings sizes = number == 0 ? settings : settings.frugal();
        Uring[] uring = new Uring[1];
        UringOptions options = new UringOptions(sizes.entries(), sizes.completions(), FLAGS);
        int answer = Uring.open(uringSys, options, uring);
        if (answer < 0) {
            return answer;
        }
        int slots = (int) Math.min(sizes.slotsMax(), sys.openFilesLimit());
        answer = uring[0].directTable().register(slots);
        ReceiveBuffers[] receives = new ReceiveBuffers[1];
        if (answer >= 0) {
            answer =
                    ReceiveBuffers.register(
                            uring[0], sizes.receiveBuffers(), sizes.receiveBytes(), receives);
        }
        if (answer < 0) {
            uring[0].close();
            return answer;
        }
        SendBuffers sends = new SendBuffers(sizes.sendBuffers(), sizes.sendBytes());
        SocketRing.RingParts parts =
                new SocketRing.RingParts(receives[0], sends, new RingSlots(slots));
        into[0] = new SocketRing(poller, number, sizes, uring[0], parts);
        return 0;
    }

    /** Tells, once, that connections get descriptors of their own since no ring is to be had. */
    void warn(int number, int errno) {
        if (warned.compareAndSet(false, true)) {
            LOGGER.log(
                    Level.WARNING,
                    "netpoll: ring "
                            + number
                            + " of a poller cannot be opened, further connections use epoll and"
                            + " file descriptors: "
                            + UringErrors.refusal(errno));
        }
    }
}
