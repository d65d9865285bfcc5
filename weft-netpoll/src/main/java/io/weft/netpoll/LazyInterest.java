package io.weft.netpoll;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * When a descriptor is registered, and for what: once, at the first wait, edge-triggered; interest
 * in writing is added at the first wait for it and then stays. A descriptor that never waits costs
 * no epoll_ctl, and one that never blocks in a write raises no edge each time the peer has read.
 *
 * <p>Reader and writer may come here for the first time at the same moment. One of them arms, the
 * other leaves its wish with the one who arms and goes to wait; no lock is needed and nobody waits
 * for an epoll_ctl.
 *
 * <pre>
 *  READ   the descriptor is wanted in epoll; reading is part of every registration
 *  WRITE  writing is wanted too
 *  ADDED  epoll_ctl(ADD) has succeeded, from here on it is epoll_ctl(MOD)
 *  ARMING one thread is in epoll_ctl and will see to every bit that is set when it is done
 *
 *  from           event                           to                  then
 *  ─────────────  ──────────────────────────────  ──────────────────  ──────────────────────────
 *  0              first wait, to read             READ ARMING         ADD
 *  0              first wait, to write            READ WRITE ARMING   ADD
 *  READ ARMING    first wait to write, elsewhere  READ WRITE ARMING   nothing: handed over
 *  READ ADDED     first wait to write             … WRITE ARMING      MOD
 *  bits ARMING    all bits are armed              bits ADDED          –
 *  bits ARMING    armed, WRITE came meanwhile     unchanged           MOD
 *  bits ARMING    epoll_ctl failed                what was armed      readies the other direction
 * </pre>
 *
 * <p>After a failure the other direction is readied because its wish may have been handed over: it
 * makes its system call in vain, waits again, and then arms, and fails, by itself. So every thread
 * gets its own exception, and a later attempt starts from a clean state.
 *
 * <p>The caller holds a reference: the descriptor number is valid throughout.
 */
abstract class LazyInterest extends ReadinessSlots {

    static final byte READ = 1;
    static final byte WRITE = 1 << 1;
    static final byte ADDED = 1 << 2;
    static final byte ARMING = 1 << 3;

    private static final VarHandle INTEREST;

    static {
        try {
            INTEREST =
                    MethodHandles.lookup()
                            .findVarHandle(LazyInterest.class, "interest", byte.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through INTEREST
    private byte interest;

    /**
     * Registers the descriptor, for reading and if asked for writing. Called by one thread at a
     * time, and what it writes is visible to the next caller of this or of {@link #change}.
     *
     * @return 0 or a negated errno
     */
    abstract int register(boolean writing);

    /** Adds interest in writing. Called by one thread at a time, after {@link #register}. */
    abstract int change();

    /** The exception for an errno of epoll_ctl. */
    abstract IOException registrationFailure(int errno);

    /**
     * Sees to it that readiness of this direction is or will be announced.
     *
     * @throws IOException if epoll_ctl failed; nothing is left behind and the next call tries again
     */
    final void arm(Direction direction) throws IOException {
        byte wish = direction == Direction.READ ? READ : READ | WRITE;
        // Opaque is enough. Bits missing from a value out of date are found by the compare-and-set.
        // Bits that it has too many were taken back by fail(), whose ready() comes after that and
        // ends the wait that follows here.
        byte old = interestOpaque();
        while ((old & wish) != wish) {
            byte next = (byte) (old | wish | ARMING);
            byte witness = compareAndExchangeInterestVolatile(old, next);
            if (witness == old) {
                if ((old & ARMING) == 0) {
                    armAll(next, direction);
                }
                return;
            }
            old = witness;
        }
    }

    /** Runs as the only thread that holds ARMING. */
    private void armAll(byte claimed, Direction mine) throws IOException {
        byte armed = (byte) ((claimed & ADDED) == 0 ? 0 : READ | ADDED);
        byte wanted = claimed;
        // At most two rounds: WRITE is the only bit that can come in between, and it comes once.
        while (true) {
            boolean writing = (wanted & WRITE) != 0;
            int result = (armed & ADDED) == 0 ? register(writing) : change();
            if (result < 0) {
                fail(armed, mine, -result);
                return;
            }
            armed = (byte) ((wanted & ~ARMING) | ADDED);
            byte witness = compareAndExchangeInterestVolatile(wanted, armed);
            if (witness == wanted) {
                return;
            }
            wanted = witness;
        }
    }

    private void fail(byte armed, Direction mine, int errno) throws IOException {
        // A plain overwrite of the bits: what was wished meanwhile is wished again after ready().
        INTEREST.setVolatile(this, armed);
        ready(mine.other());
        boolean mineIsArmed = (armed & (mine == Direction.READ ? READ : WRITE)) != 0;
        if (!mineIsArmed) {
            throw registrationFailure(errno);
        }
    }

    // Memory access, the mode in the name.

    final byte interestOpaque() {
        return (byte) INTEREST.getOpaque(this);
    }

    private byte compareAndExchangeInterestVolatile(byte old, byte next) {
        return (byte) INTEREST.compareAndExchange(this, old, next);
    }
}
