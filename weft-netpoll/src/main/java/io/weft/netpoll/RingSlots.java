package io.weft.netpoll;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which slots of a ring's table are free, and who has the others. A slot is free again only when
 * the kernel has emptied it. Guarded by the lock of the poller.
 */
final class RingSlots {

    static final int NONE = -1;

    private final @Nullable DirectDesc[] owners;
    private final int[] free;
    private int freeCount;

    RingSlots(int count) {
        owners = new DirectDesc[count];
        free = new int[count];
        for (int slot = count - 1; slot >= 0; slot--) {
            free[freeCount++] = slot;
        }
    }

    boolean isFull() {
        return freeCount == 0;
    }

    int used() {
        return owners.length - freeCount;
    }

    int free() {
        return freeCount;
    }

    /** Gives out no slot any more: the ring is about to be closed. */
    void shut() {
        freeCount = 0;
    }

    /** Reserves a slot, or {@link #NONE}. */
    int reserve() {
        return freeCount == 0 ? NONE : free[--freeCount];
    }

    void put(int slot, DirectDesc owner) {
        owners[slot] = owner;
    }

    /** Whom a completion is for; null when that connection is closed. */
    @Nullable DirectDesc find(long userData) {
        DirectDesc owner = owners[UserData.slot(userData)];
        boolean same = owner != null && owner.generation() == UserData.generation(userData);
        return same ? owner : null;
    }

    /** From here on no completion finds the owner. The slot stays reserved. */
    void forget(int slot) {
        owners[slot] = null;
    }

    void free(int slot) {
        free[freeCount++] = slot;
    }

    /** Shows every owner. */
    void forEach(Consumer<? super DirectDesc> action) {
        for (DirectDesc owner : owners) {
            if (owner != null) {
                action.accept(owner);
            }
        }
    }
}
