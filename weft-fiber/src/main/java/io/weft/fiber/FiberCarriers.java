package io.weft.fiber;

import io.weft.sched.spi.Carriers;

/** {@link Fibers#CARRIERS} for modules that do not know this one. */
public final class FiberCarriers implements Carriers {

    /** For {@link java.util.ServiceLoader}. */
    public FiberCarriers() {}

    @Override
    public Thread currentCarrier() {
        return Fibers.CARRIERS.currentCarrier();
    }
}
