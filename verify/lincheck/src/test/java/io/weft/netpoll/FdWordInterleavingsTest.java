package io.weft.netpoll;

import static io.weft.verify.lincheck.Interleavings.breaks;
import static io.weft.verify.lincheck.Interleavings.check;
import static io.weft.verify.lincheck.Interleavings.holds;
import static io.weft.verify.lincheck.Interleavings.shared;
import static io.weft.verify.lincheck.Interleavings.together;

import io.weft.netpoll.BrokenLifetime.Mistake;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The lifetime of a descriptor: close(2) comes once, and never while somebody is inside. */
@Timeout(240)
class FdWordInterleavingsTest {

    /** What the scenarios ask of a descriptor: the real one, or a twin with a mistake. */
    interface Lifetime {

        boolean acquire();

        void release();

        boolean lockRead();

        void unlockRead();

        boolean close();

        void awaitClosed();

        /** How often close(2) was called. */
        Descriptor descriptor();
    }

    /** The descriptor behind the word, and who uses it. */
    static final class Descriptor {

        private final AtomicInteger closes = new AtomicInteger();
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger readers = new AtomicInteger();

        void close() {
            check(inside.get() == 0, "close(2) while somebody is inside");
            closes.getAndIncrement();
        }

        void use() {
            inside.getAndIncrement();
            check(closes.get() == 0, "a closed descriptor is used");
            inside.getAndDecrement();
        }

        void read() {
            check(readers.getAndIncrement() == 0, "two readers at once");
            use();
            readers.getAndDecrement();
        }

        void checkClosedOnce() {
            check(closes.get() == 1, "close(2) was called " + closes.get() + " times");
        }
    }

    private static final class RealLifetime extends FdWord {

        private final Descriptor descriptor = new Descriptor();

        @Override
        void closeDescriptor() {
            descriptor.close();
        }

        @Override
        void wakeWaiters() {}
    }

    private record Real(RealLifetime word) implements Lifetime {

        Real() {
            this(new RealLifetime());
        }

        @Override
        public boolean acquire() {
            return word.acquire();
        }

        @Override
        public void release() {
            word.release();
        }

        @Override
        public boolean lockRead() {
            return word.lockRead();
        }

        @Override
        public void unlockRead() {
            word.unlockRead();
        }

        @Override
        public boolean close() {
            return word.close();
        }

        @Override
        public void awaitClosed() {
            word.awaitClosed();
        }

        @Override
        public Descriptor descriptor() {
            return word.descriptor;
        }
    }

    @Test
    void closeWaitsForReferences() {
        holds(() -> referencesAgainstClose(new Real()));
    }

    @Test
    void readersTakeTurnsUntilTheClose() {
        holds(() -> readersAgainstClose(new Real()));
    }

    @Test
    void twoReadersTakeTurns() {
        holds(() -> readersAgainstEachOther(new Real()));
    }

    @Test
    void whoWaitsForTheEndOfCloseSeesIt() {
        holds(() -> closersAgainstReader(new Real()));
    }

    @Test
    void aCloseThatWaitsForNobodyIsFound() {
        breaks(() -> referencesAgainstClose(new BrokenLifetime(Mistake.CLOSE_AT_ONCE)));
    }

    @Test
    void aReleaseInTwoStepsIsFound() {
        breaks(() -> referencesAgainstClose(new BrokenLifetime(Mistake.RELEASE_IN_TWO_STEPS)));
    }

    @Test
    void aLockerThatQueuesWithoutLookingAgainIsFound() {
        breaks(() -> readersAgainstEachOther(new BrokenLifetime(Mistake.BLIND_QUEUE)));
    }

    private static void referencesAgainstClose(Lifetime lifetime) {
        Descriptor descriptor = shared(lifetime).descriptor();
        Runnable user =
                () -> {
                    if (lifetime.acquire()) {
                        descriptor.use();
                        lifetime.release();
                    }
                };
        together(user, user, () -> check(lifetime.close(), "the only closer is not the first"));
        descriptor.checkClosedOnce();
        check(!lifetime.acquire(), "a reference after the close");
    }

    private static void readersAgainstClose(Lifetime lifetime) {
        Descriptor descriptor = shared(lifetime).descriptor();
        Runnable reader = () -> readOnce(lifetime);
        together(reader, reader, lifetime::close);
        descriptor.checkClosedOnce();
    }

    private static void readersAgainstEachOther(Lifetime lifetime) {
        Runnable reader = () -> readOnce(shared(lifetime));
        together(reader, reader);
    }

    private static void closersAgainstReader(Lifetime lifetime) {
        Descriptor descriptor = shared(lifetime).descriptor();
        AtomicInteger first = new AtomicInteger();
        Runnable closer =
                () -> {
                    if (lifetime.close()) {
                        first.getAndIncrement();
                    }
                    lifetime.awaitClosed();
                    descriptor.checkClosedOnce();
                };
        together(() -> readOnce(lifetime), closer, closer);
        check(first.get() == 1, "there is one first closer");
    }

    private static void readOnce(Lifetime lifetime) {
        if (lifetime.lockRead()) {
            lifetime.descriptor().read();
            lifetime.unlockRead();
        }
    }
}
