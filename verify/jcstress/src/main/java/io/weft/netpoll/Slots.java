package io.weft.netpoll;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** {@link ReadinessSlots} without a descriptor, and with the first step of its wait by itself. */
final class Slots extends ReadinessSlots {

    private static final MethodHandle ENTER;

    static {
        try {
            var lookup =
                    MethodHandles.privateLookupIn(ReadinessSlots.class, MethodHandles.lookup());
            var type = MethodType.methodType(boolean.class, Direction.class, Thread.class);
            ENTER =
                    lookup.findVirtual(ReadinessSlots.class, "enter", type)
                            .asType(type.insertParameterTypes(0, Slots.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The real first step of {@link #await}: puts the caller into the slot, and does not park. */
    void enterRead() {
        try {
            boolean entered =
                    (boolean) ENTER.invokeExact(this, Direction.READ, Thread.currentThread());
            if (!entered) {
                throw new IllegalStateException("stress: readiness that nobody announced");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("stress: a checked exception of enter", e);
        }
    }

    @SuppressWarnings("ReferenceEquality") // a state of a slot is an identity
    boolean isInSlot(Thread thread) {
        return slotVolatile(Direction.READ) == thread;
    }

    @Override
    void closeDescriptor() {
        // there is none
    }
}
