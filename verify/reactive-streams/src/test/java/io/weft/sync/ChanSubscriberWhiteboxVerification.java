package io.weft.sync;

import java.util.concurrent.Flow;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.SubscriberPuppet;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.WhiteboxSubscriberProbe;
import org.reactivestreams.tck.flow.FlowSubscriberWhiteboxVerification;

/** A subscriber with a channel, with a look at what arrives in it. */
public final class ChanSubscriberWhiteboxVerification
        extends FlowSubscriberWhiteboxVerification<Integer> {

    /** For TestNG. */
    public ChanSubscriberWhiteboxVerification() {
        super(Patience.environment());
    }

    @Override
    protected Flow.Subscriber<Integer> createFlowSubscriber(
            WhiteboxSubscriberProbe<Integer> probe) {
        return new Probed(probe);
    }

    @Override
    public Integer createElement(int number) {
        return number;
    }

    private static final class Probed implements Flow.Subscriber<Integer>, SubscriberPuppet {

        private final WhiteboxSubscriberProbe<Integer> probe;
        private final ChanSubscriber<Integer> probed = new ChanSubscriber<>(1);
        private boolean registered;

        Probed(WhiteboxSubscriberProbe<Integer> probe) {
            this.probe = probe;
        }

        @Override
        public void triggerRequest(long count) {
            ChanSubscriberBlackboxVerification.receive(probed, count);
        }

        @Override
        public void signalCancel() {
            probed.close();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            probed.onSubscribe(subscription);
            if (!registered) {
                registered = true;
                probe.registerOnSubscribe(this);
            }
        }

        @Override
        public void onNext(Integer value) {
            probed.onNext(value);
            probe.registerOnNext(value);
        }

        @Override
        public void onError(Throwable cause) {
            probed.onError(cause);
            probe.registerOnError(cause);
        }

        @Override
        public void onComplete() {
            probed.onComplete();
            probe.registerOnComplete();
        }
    }
}
