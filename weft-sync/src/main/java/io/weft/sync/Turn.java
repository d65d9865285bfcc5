package io.weft.sync;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Has one thread at a time do what many threads note, and nobody wait for it. Whoever notes
 * something while nobody has the turn gets it; the others leave their notes to the one who has.
 *
 * <pre>
 *  notes   meaning                          who changes it, and to what
 *  ──────  ───────────────────────────────  ───────────────────────────────────────────────────
 *  0       nobody has the turn              1 by a note, whose thread has the turn then
 *  n > 0   somebody has it, and n notes     n + 1 by a note; less by those that were seen, when
 *          came since it was given back     the turn is to be given back: to 0 only if none came
 * </pre>
 *
 * <p><b>Barrier.</b> Both changes are volatile read-modify-writes. What was written before a note
 * is seen by who has the turn: at once, or after it was refused to give the turn back.
 *
 * <p>The turn may be handed to another thread, by whatever orders memory, or be kept for good.
 */
final class Turn {

    private final AtomicInteger notes;

    /** How many notes the holder has seen. Of who has the turn. */
    private int seen;

    private Turn(int notes) {
        this.notes = new AtomicInteger(notes);
        seen = notes;
    }

    /** One that nobody has. */
    static Turn free() {
        return new Turn(0);
    }

    /** One that its maker has. */
    static Turn taken() {
        return new Turn(1);
    }

    /** Notes something; true if the caller has the turn now, and has to see to it. */
    boolean note() {
        if (notes.getAndIncrement() != 0) {
            return false;
        }
        seen = 1;
        return true;
    }

    /** False if more was noted meanwhile: the caller has the turn still. */
    boolean giveBack() {
        int left = notes.addAndGet(-seen);
        if (left == 0) {
            return true; // and seen is the next holder's by now
        }
        seen = left;
        return false;
    }
}
