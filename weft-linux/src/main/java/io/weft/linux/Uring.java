package io.weft.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One {@code io_uring(7)}: its queues in memory that is shared with the kernel, and the calls on
 * it. Requests go {@link SubmissionQueue#next} → a writer → {@link SubmissionQueue#publish} →
 * {@link #enter}; what became of them is read from the {@link CompletionQueue}.
 *
 * <p>The queues are not thread-safe, each for itself: submitting and reaping may go on at the same
 * time. {@link #enter} may be called from any thread while the queues are in use, unless the ring
 * was opened for a single issuer; a thread may wait there while others submit.
 *
 * <p>A request belongs to the thread that handed it over: what is left to do when its socket
 * becomes ready is done by that thread, in or on its way out of the kernel. When the thread has
 * ended, the event completes the request with {@code -ECANCELED} instead of serving it.
 *
 * <p>{@link #close} is for when nobody else uses the ring. An access that comes later throws {@link
 * IllegalStateException}; it never touches memory that is no longer the ring's.
 */
public final class Uring implements AutoCloseable {

    private final UringSys sys;
    private final int fd;
    private final int flags;
    private final int features;
    private final UringMemory memory;
    private final SubmissionQueue submissions;
    private final CompletionQueue completions;
    private final SocketEntries sockets;
    private final ControlEntries control;
    private final DirectTable directTable = new DirectTable(this);
    private final UringRegistrations registrations = new UringRegistrations(this);

    private Uring(UringSys sys, int fd, UringParameters parameters, UringMemory memory) {
        this.sys = sys;
        this.fd = fd;
        this.memory = memory;
        flags = parameters.flags();
        features = parameters.features();
        EntryMemory entries = new EntryMemory(memory.entries(), memory.operands());
        submissions = new SubmissionQueue(parameters, memory.submissionRing(), entries);
        completions = new CompletionQueue(parameters, memory.completionRing());
        sockets = new SocketEntries(entries);
        control = new ControlEntries(entries);
    }

    /**
     * Opens a ring.
     *
     * @param into receives it at index 0
     * @return 0, or a negated errno, for which {@link UringSupport} has words; nothing is left open
     *     then
     */
    public static int open(UringSys sys, UringOptions options, Uring[] into) {
        try (Arena arena = Arena.ofConfined()) {
            UringParameters parameters = new UringParameters(arena, options);
            int fd = sys.setup(options.entries(), parameters.memory());
            if (fd < 0) {
                return fd;
            }
            UringMemory memory = new UringMemory(sys);
            int answer = memory.mapRing(fd, parameters);
            if (answer < 0) {
                memory.close();
                sys.close(fd);
                return answer;
            }
            into[0] = new Uring(sys, fd, parameters, memory);
            return 0;
        }
    }

    /**
     * {@code io_uring_enter(2)} on the ring's descriptor; see {@link UringSys#enter} for the answer
     * and for what a wait is.
     */
    public int enter(int toSubmit, int minComplete, int enterFlags, long timeoutNanos) {
        requireOpen();
        return sys.enter(fd, toSubmit, minComplete, enterFlags, timeoutNanos);
    }

    /**
     * Like {@link #enter}, by the index under which the calling thread has registered the ring:
     * spares the kernel the look-up of the descriptor.
     *
     * @param index the answer of {@link UringRegistrations#registerRingFd} on this very thread
     */
    public int enterRegistered(
            int index, int toSubmit, int minComplete, int enterFlags, long timeoutNanos) {
        requireOpen();
        int allFlags = enterFlags | IoUring.IORING_ENTER_REGISTERED_RING;
        return sys.enter(index, toSubmit, minComplete, allFlags, timeoutNanos);
    }

    /** The queue of requests. */
    public SubmissionQueue submissions() {
        return submissions;
    }

    /** The queue of results. */
    public CompletionQueue completions() {
        return completions;
    }

    /** Writers of entries about sockets. */
    public SocketEntries sockets() {
        return sockets;
    }

    /** Writers of all other entries. */
    public ControlEntries control() {
        return control;
    }

    /** The table of direct descriptors. */
    public DirectTable directTable() {
        return directTable;
    }

    /** What else is registered with the ring. */
    public UringRegistrations registrations() {
        return registrations;
    }

    /** The descriptor; another ring sends messages to it, an epoll instance can watch it. */
    public int fd() {
        return fd;
    }

    /** {@code IORING_SETUP_*}, as the kernel understood them. */
    public int flags() {
        return flags;
    }

    /** {@code IORING_FEAT_*} of the kernel. */
    public int features() {
        return features;
    }

    /** False after {@link #close}. */
    public boolean isOpen() {
        return memory.isOpen();
    }

    /**
     * Unmaps the queues and closes the descriptor. The kernel cancels what is under way, but need
     * not have done so on return, and a thread that registered the ring keeps it alive until it
     * unregisters or ends. Who frees memory that requests use cancels them before ({@link
     * UringRegistrations#syncCancel}). Closing again has no effect.
     */
    @Override
    public void close() {
        if (memory.isOpen()) {
            memory.close();
            sys.close(fd);
        }
    }

    int register(int opcode, MemorySegment argument, int count) {
        requireOpen();
        return sys.register(fd, opcode, argument, count);
    }

    UringSys sys() {
        return sys;
    }

    private void requireOpen() {
        if (!memory.isOpen()) {
            throw new IllegalStateException("the ring is closed");
        }
    }
}
