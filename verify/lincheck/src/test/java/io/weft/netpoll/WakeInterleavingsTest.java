package io.weft.netpoll;

import static io.weft.verify.lincheck.Interleavings.breaks;
import static io.weft.verify.lincheck.Interleavings.holds;
import static io.weft.verify.lincheck.Interleavings.shared;
import static io.weft.verify.lincheck.Interleavings.together;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waking the owner out of its poller, while another P's M looks into it now and then. */
@Timeout(240)
class WakeInterleavingsTest {

    /** What the scenario asks of a poller: the real one, or a twin with a mistake. */
    interface Wakeable {

        void poll();

        void block();

        void wake();
    }

    private record Real(EpollPoller poller) implements Wakeable {

        @Override
        public void poll() {
            poller.poll();
        }

        @Override
        public void block() {
            poller.block(-1);
        }

        @Override
        public void wake() {
            poller.wake();
        }
    }

    /** A block relies on the edge alone, which a poll may have taken. */
    private static final class EdgeOnly implements Wakeable {

        private final Semaphore edge = new Semaphore(0);
        private final AtomicBoolean owed = new AtomicBoolean();

        @Override
        public void poll() {
            edge.tryAcquire();
        }

        @Override
        public void block() {
            edge.acquireUninterruptibly();
            owed.set(false);
        }

        @Override
        public void wake() {
            if (!owed.getAndSet(true)) {
                edge.release();
            }
        }
    }

    @Test
    void noWakeUpIsLostToAPoll() {
        holds(
                () -> {
                    TinyKernel kernel = shared(new TinyKernel());
                    EpollPoller poller =
                            shared(new EpollPoller(kernel.sys(), new DescriptorTable<>(1), 1));
                    wakersAgainstOwnerAndHelper(new Real(poller));
                    poller.close();
                });
    }

    @Test
    void aBlockThatReliesOnTheEdgeIsFound() {
        breaks(() -> wakersAgainstOwnerAndHelper(new EdgeOnly()));
    }

    private static void wakersAgainstOwnerAndHelper(Wakeable poller) {
        AtomicInteger work = shared(new AtomicInteger());
        Semaphore pollLock = shared(new Semaphore(1));
        Runnable waker =
                () -> {
                    work.getAndIncrement();
                    poller.wake();
                };
        together(
                waker,
                waker,
                () -> {
                    if (pollLock.tryAcquire()) {
                        poller.poll();
                        pollLock.release();
                    }
                },
                () -> {
                    for (int done = 0; done < 2; ) {
                        done += work.getAndSet(0);
                        if (done < 2 && work.get() == 0) {
                            pollLock.acquireUninterruptibly();
                            poller.block();
                            pollLock.release();
                        }
                    }
                });
    }
}
