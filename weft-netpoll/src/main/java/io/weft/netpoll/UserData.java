package io.weft.netpoll;

/**
 * What a request carries, so that its completion finds the connection:
 *
 * <pre>
 *   63 ── 60 │ 59 ── 32 │ 31 ─────── 0
 *   request  │ slot     │ generation
 * </pre>
 *
 * A slot is used again as soon as its connection is closed, while a request of that connection may
 * still be on its way to its end: the generation tells the two apart.
 */
final class UserData {

    /** Whose completion needs no answer. */
    static final int NOTHING = 0;

    static final int RECEIVE = 1;
    static final int SEND = 2;
    static final int ROOM = 3;

    /** Here the slot is that of {@link RingCalls}. */
    static final int CALL = 4;

    static final int SHUTDOWN = 5;

    private static final int REQUEST_SHIFT = 60;
    private static final int SLOT_SHIFT = Integer.SIZE;
    private static final int SLOT_MASK = (1 << 28) - 1;
    private static final long GENERATION_MASK = 0xFFFF_FFFFL;

    private UserData() {}

    static long of(int request, int slot, int generation) {
        return ((long) request << REQUEST_SHIFT)
                | ((long) slot << SLOT_SHIFT)
                | (generation & GENERATION_MASK);
    }

    static int request(long userData) {
        return (int) (userData >>> REQUEST_SHIFT);
    }

    static int slot(long userData) {
        return (int) (userData >>> SLOT_SHIFT) & SLOT_MASK;
    }

    static int generation(long userData) {
        return (int) userData;
    }
}
