package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.net.TcpConn;
import io.weft.net.TcpListener;
import io.weft.sync.CancelContext;
import io.weft.sync.CancelledException;
import io.weft.sync.Chan;
import io.weft.sync.ChanTimer;
import io.weft.sync.Context;
import io.weft.sync.DeadlineExceededException;
import io.weft.sync.ErrGroup;
import io.weft.testkit.Bubble;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContextGoroutineTest {

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofHours(1);

    private final WeftRuntime runtime = Weft.builder().procs(1).build();

    @AfterAll
    void close() {
        runtime.close();
    }

    private static TcpListener listener() throws Exception {
        return TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @Test
    void aDeadlineEndsAReadThatKnowsNoContext() throws Exception {
        runtime.run(
                () -> {
                    try (TcpListener listener = listener();
                            TcpConn conn = TcpConn.connect(listener.localAddress());
                            CancelContext context = Context.current().withTimeout(SHORT)) {
                        assertThatThrownBy(() -> context.call(() -> conn.read(new byte[1])))
                                .isInstanceOf(DeadlineExceededException.class);
                        assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    }
                });
    }

    @Test
    void aDeadlineEndsAnAcceptASleepAndAWait() throws Exception {
        runtime.run(
                () -> {
                    try (TcpListener listener = listener();
                            CancelContext context = Context.current().withTimeout(SHORT)) {
                        assertThatThrownBy(() -> context.call(listener::accept))
                                .isInstanceOf(CancelledException.class);
                    }
                    try (CancelContext context = Context.current().withTimeout(SHORT)) {
                        assertThatThrownBy(
                                        () ->
                                                context.call(
                                                        () -> {
                                                            Weft.sleep(LONG);
                                                            return 1;
                                                        }))
                                .isInstanceOf(DeadlineExceededException.class);
                    }
                    Chan<Integer> silent = Chan.unbuffered();
                    try (CancelContext context = Context.current().withTimeout(SHORT)) {
                        assertThatThrownBy(() -> context.call(silent::receive))
                                .isInstanceOf(DeadlineExceededException.class);
                    }
                });
    }

    @Test
    void aGroupOnGoroutinesEndsWithItsFirstFailure() throws Exception {
        runtime.run(
                () -> {
                    try (TcpListener listener = listener();
                            ErrGroup group = ErrGroup.in(Context.current())) {
                        group.go(() -> listener.accept().close());
                        group.go(
                                () -> {
                                    throw new IllegalStateException("first");
                                });
                        assertThatThrownBy(group::await)
                                .isInstanceOf(ExecutionException.class)
                                .hasRootCauseMessage("first");
                    }
                });
    }

    @Test
    void whatItStartsRunsOnTheSameRuntime() throws Exception {
        Chan<Boolean> seen = Chan.buffered(3);
        runtime.run(
                () -> {
                    CancelContext context = Context.current().withCancel();
                    context.go(() -> seen.trySend(runtime.procs() == 1 && isHere()));
                    context.afterDone(() -> seen.trySend(isHere()));
                    Thread started = Weft.go(() -> seen.trySend(isHere()));
                    started.join();
                    assertThat(seen.receive()).isTrue();
                    assertThat(seen.receive()).isTrue();
                    context.cancel();
                    assertThat(seen.receive()).isTrue();
                });
    }

    private boolean isHere() {
        return runtime.scheduler().currentProcessor() >= 0;
    }

    @Test
    void inABubbleDeadlinesAndTimersFollowItsTime() throws Exception {
        Bubble.run(
                () -> {
                    Instant start = Bubble.now();
                    try (CancelContext context = Context.background().withTimeout(LONG)) {
                        assertThat(context.done().receive()).isNull();
                        assertThat(context.cause()).isInstanceOf(DeadlineExceededException.class);
                    }
                    assertThat(Bubble.now()).isEqualTo(start.plus(LONG));
                    assertThat(ChanTimer.after(LONG).channel().receive())
                            .isEqualTo(start.plus(LONG).plus(LONG));
                    Context moment = Context.background().withDeadline(Bubble.now().plus(LONG));
                    assertThat(moment.timeLeft()).contains(LONG);
                });
    }

    @Test
    void inABubbleExecutorsStartGoroutinesOfIt() throws Exception {
        Bubble.run(
                () -> {
                    Instant start = Bubble.now();
                    try (ExecutorService executor = Weft.executor()) {
                        assertThat(executor.submit(() -> sleepAndTell(LONG)).get())
                                .isEqualTo(start.plus(LONG));
                    }
                });
    }

    private static Instant sleepAndTell(Duration duration) throws InterruptedException {
        Weft.sleep(duration);
        return Bubble.now();
    }
}
