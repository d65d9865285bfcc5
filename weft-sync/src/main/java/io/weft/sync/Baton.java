package io.weft.sync;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Has one thread at a time do what many threads note, and nobody wait for it. Whoever notes
 * something while nobody has the baton gets it; the others leave their notes to the one who has.
 *
 * <pre>
 *  notes   meaning                           who changes it, and to what
 *  ──────  ────────────────────────────────  ──────────────────────────────────────────────────
 *  0       nobody has the baton              1 by a note, whose thread has the baton then
 *  n > 0   somebody has it, and n notes      n + 1 by a note; less by those that were seen, when
 *          came since it was given back      it is to be given back: to 0 only if none came
 * </pre>
 *
 * <p><b>Barrier.</b> Both changes are volatile read-modify-writes. What was written before a note
 * is seen by who has the baton: at once, or after it was refused to give the baton back.
 *
 * <p>The baton may be handed to another thread, by whatever orders memory, or be kept for good.
 */
final class Baton {

    private final AtomicInteger notes;

    /** How many notes the holder has seen. Of who has the baton. */
    private int seen;

    private Baton(int notes) {
        this.notes = new AtomicInteger(notes);
        seen = notes;
    }

    /** One that nobody has. */
    static Baton free() {
        return new Baton(0);
    }

    /** One that its maker has. */
    static Baton taken() {
        return new Baton(1);
    }

    /** Notes something; true if the caller has the baton now, and has to see to it. */
    boolean note() {
        if (notes.getAndIncrement() != 0) {
            return false;
        }
        seen = 1;
        return true;
    }

    /** False if more was noted meanwhile: the caller has the baton still. */
    boolean giveBack() {
        int left = notes.addAndGet(-seen);
        if (left == 0) {
            return true; // and seen is the next holder's by now
        }
        seen = left;
        return false;
    }
}
