package io.weft.sync;

import io.weft.sched.spi.Host;
import java.util.Objects;
import java.util.concurrent.Flow;

/**
 * Channels beside {@link Flow}, the reactive streams of the JDK, with their backpressure in both
 * directions: a publisher sends no more than fits into the channel, and nothing is taken from a
 * channel before a subscriber asks for it.
 *
 * <p>All methods may be called from any thread.
 */
public final class Flows {

    private Flows() {}

    /**
     * Subscribes to a publisher, whose values can be received then. Close what this returns when no
     * more of them are wanted.
     *
     * {@snippet :
     * try (ChanSubscriber<Order> orders = Flows.from(publisher, 64)) {
     *     for (Order order = orders.receive(); order != null; order = orders.receive()) {
     *         ship(order);
     *     }
     * }
     * }
     *
     * @param capacity how many values may be on their way or in the buffer
     * @throws IllegalArgumentException if it is less than 1, or more than {@link Chan#CAPACITY_MAX}
     */
    public static <T> ChanSubscriber<T> from(Flow.Publisher<? extends T> publisher, int capacity) {
        ChanSubscriber<T> subscriber = new ChanSubscriber<>(capacity);
        publisher.subscribe(subscriber);
        return subscriber;
    }

    /**
     * A publisher of what a channel has. It may have any number of subscribers, also one after the
     * other; like all receivers of a channel they compete: each value goes to one of them. All of
     * them are told the end.
     *
     * <p>A subscriber is served by a goroutine while it has asked for more than it got, and only
     * then. The goroutines belong to the runtime on which this is called; subscribers fail with a
     * {@link java.util.concurrent.RejectedExecutionException} when that is closed.
     *
     * <p>A value that was taken when a subscriber cancels still goes to it. The end is told at once
     * after the last value, or to a subscriber that asks for more; one that has not asked when the
     * channel is closed is told when it does. What {@code onNext} throws ends the subscription, and
     * goes to the goroutine's uncaught exception handler.
     */
    public static <T> Flow.Publisher<T> publisher(ReceiveChan<T> channel) {
        Objects.requireNonNull(channel, "channel");
        Host host = Hosts.current();
        return subscriber -> new ChanSubscription<T>(host, channel, subscriber).begin();
    }
}
