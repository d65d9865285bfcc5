package io.weft.sync;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.testng.annotations.Test;

/** The suite finds what is wrong: each bridge with one step that breaks a rule. */
public final class BrokenTwinsVerification {

    /** For TestNG. */
    public BrokenTwinsVerification() {}

    /** More is sent than was asked for. */
    @Test
    public void greedIsCaught() throws Exception {
        PublisherTwin twin = new PublisherTwin();
        twin.setUp();
        assertThatThrownBy(
                        twin
                                ::required_spec101_subscriptionRequestMustResultInTheCorrectNumberOfProducedElements)
                .isInstanceOf(AssertionError.class);
        twin.sound.endSenders();
    }

    /** A cancellation is not passed on. */
    @Test
    public void deafnessIsCaught() throws Exception {
        PublisherTwin twin = new PublisherTwin();
        twin.setUp();
        assertThatThrownBy(
                        twin::required_spec312_cancelMustMakeThePublisherToEventuallyStopSignaling)
                .isInstanceOf(AssertionError.class);
        twin.sound.endSenders();
    }

    /** A second subscription takes the place of the first. */
    @Test
    public void bigamyIsCaught() throws Exception {
        SubscriberTwin twin = new SubscriberTwin();
        twin.startPublisherExecutorService();
        try {
            twin.setUp();
            assertThatThrownBy(
                            twin
                                    ::required_spec205_blackbox_mustCallSubscriptionCancelIfItAlreadyHasAnSubscriptionAndReceivesAnotherOnSubscribeSignal)
                    .isInstanceOf(AssertionError.class);
        } finally {
            twin.shutdownPublisherExecutorService();
        }
    }

    private static final class PublisherTwin extends FlowPublisherVerification<Long> {

        final ChanPublisherVerification sound = new ChanPublisherVerification();

        PublisherTwin() {
            super(Patience.hasty(), Patience.GARBAGE_MILLIS);
        }

        @Override
        public Flow.Publisher<Long> createFlowPublisher(long elements) {
            Flow.Publisher<Long> publisher = sound.createFlowPublisher(elements);
            return subscriber -> publisher.subscribe(new Greedy(subscriber));
        }

        @Override
        public Flow.Publisher<Long> createFailedFlowPublisher() {
            return sound.createFailedFlowPublisher();
        }
    }

    /** Asks for one more each time, and does not cancel. */
    private record Greedy(Flow.Subscriber<? super Long> other) implements Flow.Subscriber<Long> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            other.onSubscribe(
                    new Flow.Subscription() {
                        @Override
                        public void request(long count) {
                            subscription.request(count + 1);
                        }

                        @Override
                        public void cancel() {
                            // the broken step
                        }
                    });
        }

        @Override
        public void onNext(Long value) {
            other.onNext(value);
        }

        @Override
        public void onError(Throwable failure) {
            other.onError(failure);
        }

        @Override
        public void onComplete() {
            other.onComplete();
        }
    }

    private static final class SubscriberTwin extends FlowSubscriberBlackboxVerification<Integer> {

        SubscriberTwin() {
            super(Patience.hasty());
        }

        @Override
        public Flow.Subscriber<Integer> createFlowSubscriber() {
            return new Bigamous();
        }

        @Override
        public Integer createElement(int number) {
            return number;
        }
    }

    /** Has a new subscriber behind it for each subscription. */
    private static final class Bigamous implements Flow.Subscriber<Integer> {

        private @Nullable ChanSubscriber<Integer> latest;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            latest = new ChanSubscriber<>(1);
            latest.onSubscribe(subscription);
        }

        @Override
        public void onNext(Integer value) {
            Objects.requireNonNull(latest).onNext(value);
        }

        @Override
        public void onError(Throwable failure) {
            Objects.requireNonNull(latest).onError(failure);
        }

        @Override
        public void onComplete() {
            Objects.requireNonNull(latest).onComplete();
        }
    }
}
