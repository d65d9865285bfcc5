package io.weft.sync;

import io.weft.Weft;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;

/** A subscriber with a channel, as others see it. */
public final class ChanSubscriberBlackboxVerification
        extends FlowSubscriberBlackboxVerification<Integer> {

    /** For TestNG. */
    public ChanSubscriberBlackboxVerification() {
        super(Patience.environment());
    }

    @Override
    public Flow.Subscriber<Integer> createFlowSubscriber() {
        return new ChanSubscriber<>(1);
    }

    @Override
    public void triggerFlowRequest(Flow.Subscriber<? super Integer> subscriber) {
        receive((ChanSubscriber<?>) subscriber, 1);
    }

    /** Has a goroutine receive so many: the subscriber asks for as many in their place. */
    static void receive(ChanSubscriber<?> subscriber, long count) {
        Weft.go(
                () -> {
                    try {
                        for (long i = 0; i < count && subscriber.receive() != null; i++) {
                            Thread.yield();
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (ExecutionException e) {
                        subscriber.close(); // the suite makes publishers fail
                    }
                });
    }

    @Override
    public Integer createElement(int number) {
        return number;
    }
}
