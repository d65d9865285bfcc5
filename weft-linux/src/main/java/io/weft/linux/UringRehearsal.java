package io.weft.linux;

import java.lang.foreign.MemorySegment;

/**
 * {@link Rehearsal} of what concerns rings: the calls on a descriptor that does not exist, then,
 * where the kernel allows rings, one round of everything on a real one.
 */
final class UringRehearsal {

    private static final int BAD_FD = -1;
    private static final int BAD_OPCODE = 0x7fff;
    private static final long PAGE_SIZE = 4096;
    private static final int ENTRIES = 2;
    private static final int GROUP = 0;
    private static final BufferShape BUFFERS = new BufferShape(1, 64, 64);

    private final UringSys sys;

    private UringRehearsal(UringSys sys) {
        this.sys = sys;
    }

    /** The caller is a platform thread. */
    static void play(UringSys sys) {
        UringRehearsal rehearsal = new UringRehearsal(sys);
        rehearsal.calls();
        Uring[] ring = new Uring[1];
        if (Uring.open(sys, UringOptions.of(ENTRIES, 0), ring) == 0) {
            try (Uring open = ring[0]) {
                registrations(open);
                round(open);
            }
        }
    }

    private void calls() {
        sys.enter(BAD_FD, 0, 0, 0, 0);
        sys.enter(BAD_FD, UringSys.MAX_CRITICAL_SUBMIT + 1, 0, 0, 0);
        sys.enter(BAD_FD, 0, 1, 0, 1);
        sys.enter(BAD_FD, 0, 1, 0, -1);
        sys.register(BAD_FD, BAD_OPCODE, MemorySegment.NULL, 0);
        long address = sys.map(UringMemory.PRIVATE, PAGE_SIZE, 0);
        if (address >= 0) {
            sys.unmap(address, PAGE_SIZE);
        }
        sys.close(BAD_FD);
    }

    private static void registrations(Uring ring) {
        DirectTable table = ring.directTable();
        table.register(1);
        table.update(0, BAD_FD);
        table.unregister();
        UringRegistrations registrations = ring.registrations();
        int index = registrations.registerRingFd();
        if (index >= 0) {
            ring.enterRegistered(index, 0, 0, 0, 0);
            registrations.unregisterRingFd(index);
        }
        registrations.syncCancel(1, 0, 0);
        ProvidedBuffers[] buffers = new ProvidedBuffers[1];
        if (ProvidedBuffers.register(ring, GROUP, BUFFERS, buffers) == 0) {
            try (ProvidedBuffers provided = buffers[0]) {
                provided.add(0);
                provided.publish();
            }
        }
    }

    /** Every kind of access to the queues. */
    private static void round(Uring ring) {
        SubmissionQueue submissions = ring.submissions();
        ring.control().nop(submissions.next());
        int recv = submissions.next();
        ring.sockets().recvMultishot(recv, BAD_FD, GROUP);
        submissions.userData(recv, 1);
        submissions.addIoprio(recv, UringOps.IORING_RECVSEND_POLL_FIRST);
        submissions.directSlot(recv, UringOps.IORING_FILE_INDEX_ALLOC);
        submissions.next();
        submissions.publish();
        submissions.ringFlags();
        ring.enter(submissions.pending(), 1, 0, 1);
        CompletionQueue completions = ring.completions();
        int ready = completions.ready();
        for (int i = 0; i < ready; i++) {
            completions.userData(i);
            completions.result(i);
            CompletionQueue.bufferId(completions.flags(i));
        }
        completions.lost();
        completions.advance(ready);
    }
}
