package io.weft.testkit;

import static io.weft.testkit.Loopback.REAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.linux.Sockets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FdWatcherTest {

    private final FdWatcher watcher = FdWatcher.start();

    @Test
    void openSocketIsALeakUntilItIsClosed() {
        int socket = REAL.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
        try {
            assertThat(watcher.leaked()).containsKey(socket);
            assertThat(watcher.leaked().get(socket)).startsWith("socket:");
            assertThatThrownBy(() -> watcher.assertNothingLeaked(Duration.ZERO))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("descriptors left open: {" + socket + "=socket:");
        } finally {
            REAL.close(socket);
        }
        assertThat(watcher.leaked()).doesNotContainKey(socket);
    }

    @Test
    void eventfdAndEpollAreWatched() {
        int eventfd = REAL.eventfd();
        int epoll = REAL.epollCreate();
        assertThat(watcher.leaked()).containsKeys(eventfd, epoll);
        REAL.close(eventfd);
        REAL.close(epoll);
    }

    @Test
    void closeByAnotherThreadIsAwaited() {
        int eventfd = REAL.eventfd();
        CompletableFuture<Void> closer =
                CompletableFuture.runAsync(
                        () -> REAL.close(eventfd),
                        CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS));
        watcher.assertNothingLeaked(Duration.ofSeconds(10));
        closer.join();
        assertThat(FdWatcher.openDescriptors()).doesNotContainKey(eventfd);
    }

    @Test
    void whatWasOpenBeforeIsNoLeak() {
        int eventfd = REAL.eventfd();
        assertThat(FdWatcher.start().leaked()).doesNotContainKey(eventfd);
        REAL.close(eventfd);
    }
}
