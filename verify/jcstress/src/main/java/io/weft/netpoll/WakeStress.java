package io.weft.netpoll;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.weft.linux.Epoll;
import io.weft.linux.EpollEvents;
import io.weft.linux.Sys;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The wake flag of {@link EpollPoller}: a wake-up while the owner polls and then blocks. The block
 * does not sleep, or an edge of the eventfd is there to end the sleep.
 *
 * <p>The kernel is played by {@link Kernel}, which knows one edge of one eventfd and never sleeps.
 *
 * <p>Results: whether the block slept, whether an edge is pending when both are done.
 */
public class WakeStress {

    private static final long FOREVER = -1;

    private WakeStress() {}

    /** An epoll instance with nothing in it but an edge-triggered eventfd. */
    private static final class Kernel {
        private static final int FD = 3;

        private final AtomicBoolean edge = new AtomicBoolean();

        /** Written by the one thread that polls, read by the arbiter. */
        private boolean slept;

        Sys sys() {
            Class<?>[] calls = {Sys.class};
            return (Sys) Proxy.newProxyInstance(Sys.class.getClassLoader(), calls, this::call);
        }

        private Object call(Object sys, Method call, Object @Nullable [] arguments) {
            return switch (call.getName()) {
                case "epollCreate", "eventfd" -> FD;
                case "epollCtl", "close" -> 0;
                case "eventfdSignal" -> signal();
                case "epollWait" -> epollWait(arguments);
                default -> throw new IllegalStateException("stress: unexpected call " + call);
            };
        }

        int signal() {
            edge.set(true);
            return 0;
        }

        private int epollWait(Object @Nullable [] arguments) {
            if (arguments == null) {
                throw new IllegalStateException("stress: epollWait without arguments");
            }
            if (!harvest((long) arguments[2])) {
                return 0;
            }
            ((EpollEvents) arguments[1]).set(0, Epoll.EPOLLIN, EpollPoller.WAKE_DATA);
            return 1;
        }

        /** Takes the edge; without one, sleeps unless the timeout is 0. */
        boolean harvest(long timeoutNanos) {
            boolean found = edge.getAndSet(false);
            slept |= !found && timeoutNanos != 0;
            return found;
        }

        void report(II_Result r) {
            r.r1 = slept ? 1 : 0;
            r.r2 = edge.get() ? 1 : 0;
        }
    }

    /** {@code wake} against {@code poll} and {@code block}. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "awake")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "awake, one spurious wake-up to come")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the edge ends the sleep")
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "the wake-up is lost")
    @State
    public static class WakeOrBlock {
        private static final DescriptorTable<PollDesc> EMPTY = new DescriptorTable<>(1);

        private final Kernel kernel = new Kernel();
        private final EpollPoller poller = new EpollPoller(kernel.sys(), EMPTY, 1);

        @Actor
        public void wakes() {
            poller.wake();
        }

        @Actor
        public void blocks() {
            poller.poll();
            poller.block(FOREVER);
        }

        @Arbiter
        public void looks(II_Result r) {
            kernel.report(r);
            poller.close();
        }
    }

    /** Leaves out the look at the flag before the sleep: the edge alone keeps the debt. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "awake")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "awake, one spurious wake-up to come")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the edge ends the sleep")
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "the wake-up is lost")
    @State
    public static class BrokenDebtInTheEdge {
        private final Kernel kernel = new Kernel();
        private final AtomicBoolean owed = new AtomicBoolean();

        @Actor
        public void wakes() {
            if (!owed.getAndSet(true)) {
                kernel.signal();
            }
        }

        @Actor
        public void blocks() {
            kernel.harvest(0);
            if (kernel.harvest(FOREVER)) {
                owed.set(false);
            }
        }

        @Arbiter
        public void looks(II_Result r) {
            kernel.report(r);
        }
    }
}
