package io.weft.linux;

import static io.weft.linux.Sockets.AF_INET;
import static io.weft.linux.Sockets.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CallStatesTest {

    @Test
    void everyThreadHasItsOwnState() {
        CallStates states = CallStates.perThread();
        CallState mine = states.current();
        assertThat(states.current()).isSameAs(mine);
        assertThat(CompletableFuture.supplyAsync(states::current).join()).isNotSameAs(mine);
    }

    @Test
    void strategyIsAskedOncePerCall() {
        CallState state = new CallState();
        AtomicInteger asked = new AtomicInteger();
        Sys sys =
                new NativeSys(
                        () -> {
                            asked.incrementAndGet();
                            return state;
                        });
        int socket = sys.socket(AF_INET, SOCK_STREAM, 0);
        sys.close(socket);
        assertThat(asked).hasValue(2);
    }

    @Test
    void resultIsTheAnswerOrTheNegatedErrno() {
        CallState state = new CallState();
        assertThat(SocketCalls.close(state, -1)).isEqualTo(-Errno.EBADF);
        assertThat(state.result(5)).isEqualTo(5);
        assertThat(state.result(5L)).isEqualTo(5L);
        assertThat(state.result(-1L)).isEqualTo(-Errno.EBADF);
    }
}
