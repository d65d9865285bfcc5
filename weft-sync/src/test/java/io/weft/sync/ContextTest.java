package io.weft.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ContextTest {

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofHours(1);
    private static final ScopedValue<String> USER = ScopedValue.newInstance();
    private static final ScopedValue<String> TRACE = ScopedValue.newInstance();

    @Test
    void theBackgroundIsNeverDone() throws Exception {
        Context background = Context.background();
        assertThat(background.isDone()).isFalse();
        assertThat(background.cause()).isNull();
        assertThat(background.timeLeft()).isEmpty();
        assertThat(background.done().tryReceive(SHORT)).isNull();
        assertThat(background.done().isDrained()).isFalse();
        assertThat(background.afterDone(() -> {}).stop()).isFalse();
        background.throwIfDone();
        assertThat(Context.current()).isSameAs(background);
    }

    @Test
    void cancelReachesAllBelowAndNothingAbove() {
        CancelContext root = Context.background().withCancel();
        CancelContext child = root.withCancel();
        Context value = child.with(USER, "ann");
        CancelContext grandchild = value.withCancel();
        CancelContext sibling = root.withCancel();
        IllegalStateException cause = new IllegalStateException("enough");
        child.cancel(cause);
        assertThat(List.of(child, value, grandchild))
                .allSatisfy(context -> assertThat(context.cause()).isSameAs(cause));
        assertThat(List.of(root, sibling)).noneMatch(Context::isDone);
        root.cancel();
        assertThat(sibling.cause()).isInstanceOf(CancelledException.class);
        assertThat(child.cause()).as("the first cause stays").isSameAs(cause);
        assertThat(root.withCancel().isDone()).as("born below one that is done").isTrue();
    }

    @Test
    void withoutCancelKeepsValuesOnly() {
        CancelContext root = Context.background().with(USER, "ann").withCancel();
        Context free = root.withoutCancel();
        root.cancel();
        assertThat(free.isDone()).isFalse();
        assertThat(free.value(USER)).isEqualTo("ann");
        assertThat(free.withCancel().isDone()).isFalse();
    }

    @Test
    void theDoneChannelIsClosedOnce() throws Exception {
        CancelContext context = Context.background().withCancel();
        ReceiveChan<Void> done = context.done();
        assertThat(context.done()).isSameAs(done);
        TestThread<Boolean> waiter = TestThread.start(() -> done.receive() == null).awaitParked();
        context.cancel();
        context.cancel();
        assertThat(waiter.result()).isTrue();
        assertThat(done.isDrained()).isTrue();
        CancelContext late = Context.background().withCancel();
        late.cancel();
        assertThat(late.done().isDrained()).isTrue();
    }

    @Test
    void aDeadlineEndsIt() throws Exception {
        long start = System.nanoTime();
        try (CancelContext context = Context.background().withTimeout(SHORT)) {
            assertThat(context.timeLeft().orElseThrow()).isLessThanOrEqualTo(SHORT);
            assertThat(context.done().receive()).isNull();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SHORT.toNanos());
            assertThat(context.cause()).isInstanceOf(DeadlineExceededException.class);
            assertThat(context.timeLeft()).contains(Duration.ZERO);
            assertThatThrownBy(context::throwIfDone)
                    .isInstanceOf(DeadlineExceededException.class)
                    .isInstanceOf(CancelledException.class);
        }
        assertThat(Context.background().withTimeout(Duration.ZERO).isDone()).isTrue();
        assertThat(Context.background().withTimeout(Duration.ofSeconds(-1)).isDone()).isTrue();
        assertThat(Context.background().withDeadline(Instant.MIN).isDone()).isTrue();
        try (CancelContext never = Context.background().withDeadline(Instant.MAX)) {
            assertThat(never.timeLeft()).isEmpty();
        }
    }

    @Test
    void theEarlierDeadlineCounts() throws Exception {
        try (CancelContext outer = Context.background().withTimeout(SHORT);
                CancelContext inner = outer.withTimeout(LONG)) {
            assertThat(inner.timeLeft().orElseThrow()).isLessThanOrEqualTo(SHORT);
            assertThat(inner.done().receive()).isNull();
            assertThat(inner.cause()).isInstanceOf(DeadlineExceededException.class);
        }
        try (CancelContext outer = Context.background().withTimeout(LONG);
                CancelContext inner = outer.withTimeout(SHORT)) {
            assertThat(inner.done().receive()).isNull();
            assertThat(outer.isDone()).isFalse();
        }
    }

    @Test
    void valuesAreFoundAndBound() {
        Context context =
                Context.background()
                        .with(USER, "ann")
                        .withCancel()
                        .with(TRACE, "7")
                        .with(USER, "bob");
        assertThat(context.value(USER)).isEqualTo("bob");
        assertThat(context.value(TRACE)).isEqualTo("7");
        assertThat(Context.background().value(USER)).isNull();
        String seen = context.call(() -> USER.get() + TRACE.get() + Context.current().value(USER));
        assertThat(seen).isEqualTo("bob7bob");
        assertThat(ScopedValue.where(USER, "eve").call(() -> Context.current().value(USER)))
                .isEqualTo("eve");
        assertThat(USER.isBound()).isFalse();
    }

    @Test
    void aCallIsInterruptedWhenItsContextIsDone() throws Exception {
        CancelContext context = Context.background().withCancel();
        Chan<Integer> silent = Chan.unbuffered();
        TestThread<Boolean> caller =
                TestThread.start(
                        () -> {
                            assertThatThrownBy(() -> context.call(silent::receive))
                                    .isInstanceOf(CancelledException.class)
                                    .satisfies(
                                            e -> {
                                                assertThat(e.getCause()).isSameAs(context.cause());
                                                assertThat(e.getSuppressed())
                                                        .hasOnlyElementsOfType(
                                                                InterruptedException.class);
                                            });
                            return Thread.currentThread().isInterrupted();
                        });
        caller.awaitParked();
        context.cancel();
        assertThat(caller.result()).as("the interrupt was taken back").isFalse();
        assertThatThrownBy(() -> context.run(() -> {})).isInstanceOf(CancelledException.class);
    }

    @Test
    void aCallThatEndsInTimeIsNotTouched() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            CancelContext context = Context.background().withCancel();
            TestThread<Boolean> canceller =
                    TestThread.start(
                            () -> {
                                context.cancel();
                                return true;
                            });
            try {
                assertThat(context.<Integer, RuntimeException>call(() -> 5)).isEqualTo(5);
            } catch (CancelledException e) {
                assertThat(context.isDone()).isTrue();
            }
            assertThat(Thread.interrupted()).as("an interrupt came late").isFalse();
            assertThat(canceller.result()).isTrue();
        }
    }

    @Test
    void otherFailuresOfACallComeAsTheyAre() {
        CancelContext context = Context.background().withCancel();
        assertThatThrownBy(
                        () ->
                                context.run(
                                        () -> {
                                            context.cancel();
                                            throw new IllegalStateException("own");
                                        }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("own");
    }

    @Test
    void channelOperationsAndSleepsTakeAContext() throws Exception {
        CancelContext context = Context.background().withTimeout(SHORT);
        Chan<Integer> silent = Chan.unbuffered();
        assertThatThrownBy(() -> silent.receive(context))
                .isInstanceOf(DeadlineExceededException.class);
        assertThatThrownBy(() -> silent.send(1, context)).isInstanceOf(CancelledException.class);
        assertThatThrownBy(() -> context.sleep(LONG)).isInstanceOf(CancelledException.class);
        try (CancelContext fresh = Context.background().withCancel()) {
            Chan<Integer> channel = Chan.buffered(1);
            channel.send(7, fresh);
            assertThat(channel.receive(fresh)).isEqualTo(7);
            fresh.sleep(SHORT);
            TestThread<Boolean> sleeper =
                    TestThread.start(
                            () -> {
                                fresh.sleep(LONG);
                                return true;
                            });
            sleeper.awaitParked();
            fresh.cancel();
            assertThatThrownBy(sleeper::result).hasCauseInstanceOf(CancelledException.class);
        }
    }

    @Test
    void functionsRunAfterItIsDone() throws Exception {
        CancelContext context = Context.background().withCancel();
        CountDownLatch ran = new CountDownLatch(2);
        AtomicInteger stopped = new AtomicInteger();
        Context.Registration kept = context.afterDone(ran::countDown);
        Context.Registration taken = context.afterDone(stopped::incrementAndGet);
        assertThat(taken.stop()).isTrue();
        assertThat(taken.stop()).isFalse();
        context.cancel();
        assertThat(kept.stop()).isFalse();
        context.afterDone(ran::countDown);
        assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(stopped).hasValue(0);
    }

    @Test
    void goRunsInTheContext() throws Exception {
        Chan<String> seen = Chan.buffered(1);
        Context.background().with(USER, "ann").go(() -> seen.trySend(USER.get()));
        assertThat(seen.receive()).isEqualTo("ann");
    }

    @Test
    void manyCancelATreeAtOnce() throws Exception {
        CancelContext root = Context.background().withCancel();
        List<CancelContext> tree = new ArrayList<>(List.of(root));
        for (int i = 0; tree.size() < 100; i++) {
            tree.add(tree.get(i).withCancel());
            tree.add(tree.get(i).withCancel());
        }
        List<TestThread<Boolean>> cancellers =
                tree.stream()
                        .map(
                                context ->
                                        TestThread.start(
                                                () -> {
                                                    context.cancel();
                                                    return context.done().receive() == null;
                                                }))
                        .toList();
        for (TestThread<Boolean> canceller : cancellers) {
            assertThat(canceller.result()).isTrue();
        }
        assertThat(tree).allMatch(Context::isDone);
    }

    @Test
    void parentAndChildCancelEachOther() throws Exception {
        for (int i = 0; i < 500; i++) {
            CancelContext parent = Context.background().withCancel();
            CancelContext child = parent.withCancel();
            child.afterDone(parent::cancel);
            parent.afterDone(child::cancel);
            parent.cancel();
            assertThat(child.done().receive()).isNull();
        }
    }

    @Test
    void aChainMayBeAsLongAsItLikes() {
        CancelContext root = Context.background().withCancel();
        CancelContext last = root;
        for (int i = 0; i < 100_000; i++) {
            last = last.withCancel();
        }
        root.cancel();
        assertThat(last.isDone()).isTrue();
    }

    @Test
    void aClosedChildIsForgotten() {
        CancelContext root = Context.background().withCancel();
        List<java.lang.ref.WeakReference<CancelContext>> children = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            try (CancelContext child = root.withTimeout(LONG)) {
                children.add(new java.lang.ref.WeakReference<>(child));
            }
        }
        for (int i = 0; i < 50 && children.stream().anyMatch(c -> !c.refersTo(null)); i++) {
            System.gc();
        }
        assertThat(children).allMatch(child -> child.refersTo(null));
        assertThat(root.isDone()).isFalse();
    }

    @Test
    void layersOfTimeoutsEndInOrder() throws Exception {
        CancelContext first = Context.background().withTimeout(SHORT);
        Context layer = first;
        for (int i = 0; i < 50; i++) {
            layer = layer.withTimeout(SHORT.plusMillis(i)).with(USER, "layer " + i);
        }
        assertThat(layer.done().receive()).isNull();
        assertThat(layer.cause()).isSameAs(first.cause());
    }

    @Test
    @SuppressWarnings("NullAway") // the mistakes
    void mistakesAreNamed() {
        CancelContext context = Context.background().withCancel();
        assertThatThrownBy(() -> context.cancel(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("use cancel()");
        assertThatThrownBy(() -> context.with(USER, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> context.afterDone(null)).isInstanceOf(NullPointerException.class);
    }
}
