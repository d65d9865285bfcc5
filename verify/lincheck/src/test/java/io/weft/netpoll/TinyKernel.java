package io.weft.netpoll;

import io.weft.linux.Epoll;
import io.weft.linux.EpollEvents;
import io.weft.linux.Sys;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * As much of a kernel as the pollers need: one epoll instance and one eventfd, whose edge is kept
 * until somebody harvests it; and it counts how often the descriptor under test is closed.
 */
final class TinyKernel implements InvocationHandler {

    static final int EPOLL_FD = 1;
    static final int EVENT_FD = 2;
    static final int TESTED_FD = 3;

    private static final long OPEN_FILES = 64;

    private final Semaphore wakeUpEdge = new Semaphore(0);
    final AtomicInteger closes = new AtomicInteger();

    Sys sys() {
        return (Sys)
                Proxy.newProxyInstance(
                        Sys.class.getClassLoader(), new Class<?>[] {Sys.class}, this);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // that is what equals means here
    public Object invoke(Object proxy, Method method, Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "epollCreate" -> EPOLL_FD;
            case "eventfd" -> EVENT_FD;
            case "epollCtl" -> 0;
            case "openFilesLimit" -> OPEN_FILES;
            case "eventfdSignal" -> raiseEdge();
            case "epollWait" -> harvest(arguments);
            case "close" -> close(arguments);
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> EPOLL_FD;
            case "toString" -> "TinyKernel";
            default -> throw new UnsupportedOperationException(method.getName());
        };
    }

    /** Edges that nobody has harvested yet are one. */
    int raiseEdge() {
        if (wakeUpEdge.availablePermits() == 0) {
            wakeUpEdge.release();
        }
        return 0;
    }

    private int harvest(Object @Nullable [] arguments) {
        if (arguments == null) {
            throw new IllegalArgumentException("epoll_wait without arguments");
        }
        if ((long) arguments[2] != 0) {
            wakeUpEdge.acquireUninterruptibly();
        } else if (!wakeUpEdge.tryAcquire()) {
            return 0;
        }
        ((EpollEvents) arguments[1]).set(0, Epoll.EPOLLIN, EpollPoller.WAKE_DATA);
        return 1;
    }

    private int close(Object @Nullable [] arguments) {
        if (arguments != null && (int) arguments[0] == TESTED_FD) {
            closes.getAndIncrement();
        }
        return 0;
    }
}
