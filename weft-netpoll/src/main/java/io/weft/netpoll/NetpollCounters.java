package io.weft.netpoll;

/**
 * What a netpoll has done since it was created. Each figure is exact, but they are read one after
 * the other.
 *
 * @param registrations descriptors registered with epoll
 * @param interestChanges registered descriptors to which interest in writing was added
 * @param wouldBlocks system calls of the net layer that answered EAGAIN
 * @param staleEvents events dropped because their descriptor was closed
 * @param wakeSignals eventfd writes; a {@code wake()} on top of one that is pending makes none
 */
public record NetpollCounters(
        long registrations,
        long interestChanges,
        long wouldBlocks,
        long staleEvents,
        long wakeSignals) {}
