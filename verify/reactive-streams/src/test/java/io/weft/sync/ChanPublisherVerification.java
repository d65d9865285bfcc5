package io.weft.sync;

import io.weft.Weft;
import io.weft.WeftRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterMethod;

/** A channel as a publisher, served by goroutines. */
public final class ChanPublisherVerification extends FlowPublisherVerification<Long> {

    private final List<Thread> senders = new ArrayList<>();

    /** For TestNG. */
    public ChanPublisherVerification() {
        super(Patience.environment(), Patience.GARBAGE_MILLIS);
    }

    /** Ends those whose values nobody wants any more. */
    @AfterMethod
    public void endSenders() {
        senders.forEach(Thread::interrupt);
        senders.clear();
    }

    @Override
    public Flow.Publisher<Long> createFlowPublisher(long elements) {
        Chan<Long> channel = Chan.buffered(2);
        senders.add(Weft.go(() -> send(channel, elements)));
        return Flows.publisher(channel);
    }

    private static void send(Chan<Long> channel, long elements) {
        try {
            for (long i = 0; i < elements; i++) {
                channel.send(i);
            }
            channel.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Flow.Publisher<Long> createFailedFlowPublisher() {
        List<Flow.Publisher<Long>> made = new ArrayList<>();
        try (WeftRuntime runtime = Weft.builder().procs(1).build()) {
            runtime.run(() -> made.add(Flows.publisher(Chan.<Long>never())));
        }
        return made.getFirst();
    }
}
