package io.weft.linux;

/**
 * Finds the {@link CallState} of the operating-system thread that is about to make a call.
 *
 * <p>Called once per system call, so it must be fast; the state is used only until that call has
 * returned. The caller does not park in between.
 */
@FunctionalInterface
public interface CallStates {

    /** The state that nobody else uses while the calling thread runs. */
    CallState current();

    /**
     * One state per {@link Thread}, held in a thread local. Virtual threads get one each, which is
     * right but costs them some hundred bytes of native memory: a runtime with many of them finds
     * the state through the carrier.
     */
    static CallStates perThread() {
        ThreadLocal<CallState> states = ThreadLocal.withInitial(CallState::new);
        return states::get;
    }
}
