package io.weft.testkit;

import io.weft.linux.Epoll;
import io.weft.linux.Sys;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which descriptor is registered with which epoll instance, so that a spoiled transfer can be
 * followed by the edge that a kernel would send. The map's lock for an entry makes each change of a
 * registration and its bookkeeping one step.
 */
final class Registrations {

    private record Registration(int epollFd, int events, long data) {}

    private final Sys real;
    private final ConcurrentMap<Integer, Registration> byFd = new ConcurrentHashMap<>();

    Registrations(Sys real) {
        this.real = real;
    }

    int control(int epollFd, int operation, int fd, int events, long data) {
        int[] answer = new int[1];
        byFd.compute(
                fd,
                (_, old) -> {
                    answer[0] = real.epollCtl(epollFd, operation, fd, events, data);
                    if (answer[0] < 0) {
                        return old;
                    }
                    return operation == Epoll.EPOLL_CTL_DEL
                            ? null
                            : new Registration(epollFd, events, data);
                });
        return answer[0];
    }

    void forget(int fd) {
        byFd.remove(fd);
    }

    /**
     * Makes the kernel report again what is ready. A reader that got a short read concludes that an
     * edge will follow more data; here the data is there already, and the edge of its arrival may
     * be gone.
     */
    void renewEdge(int fd) {
        byFd.computeIfPresent(
                fd,
                (_, known) -> {
                    real.epollCtl(known.epollFd, Epoll.EPOLL_CTL_MOD, fd, known.events, known.data);
                    return known;
                });
    }
}
