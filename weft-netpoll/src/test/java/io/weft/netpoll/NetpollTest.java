package io.weft.netpoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.linux.CallStates;
import io.weft.linux.Errno;
import io.weft.linux.NativeSys;
import io.weft.testkit.FdWatcher;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NetpollTest {

    private final FdWatcher open = FdWatcher.start();
    private final InterceptedSys kernel = new InterceptedSys(new NativeSys(CallStates.perThread()));
    private final AtomicInteger processor = new AtomicInteger(-1);

    @AfterEach
    void nothingIsLeftOpen() {
        open.assertNothingLeaked(Duration.ofSeconds(5));
    }

    private Netpoll netpoll(int pollers) {
        return new Netpoll(kernel.sys(), pollers, processor::get);
    }

    @Test
    void registersWithThePollerOfTheProcessorThatRunsTheCaller() {
        try (Netpoll netpoll = netpoll(3)) {
            processor.set(2);
            assertThat(netpoll.choosePoller()).isEqualTo(2);
            processor.set(0);
            assertThat(netpoll.choosePoller()).isZero();
        }
    }

    @Test
    void threadsOfNoProcessorAreSpreadEvenly() {
        try (Netpoll netpoll = netpoll(3)) {
            assertThat(netpoll.processors()).isEqualTo(3);
            List<Integer> chosen = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                chosen.add(netpoll.choosePoller());
            }
            assertThat(chosen).containsExactly(0, 1, 2, 0, 1, 2);
        }
    }

    @Test
    void aProcessorWithoutAPollerFaults() {
        try (Netpoll netpoll = netpoll(2)) {
            processor.set(2);
            assertThatThrownBy(netpoll::choosePoller).hasMessageContaining("no poller for P 2");
        }
    }

    @Test
    void closeClosesEveryDescriptor() {
        SocketPair pair = SocketPair.open(kernel.sys());
        Netpoll netpoll = netpoll(2);
        PollDesc server = netpoll.open(pair.server());
        PollDesc client = netpoll.open(pair.client());
        assertThat(client.acquire()).isTrue();
        netpoll.close();
        netpoll.close();
        assertThat(server.isClosed()).isTrue();
        assertThat(client.isClosed()).isTrue();
        server.awaitClosed();
        assertThat(FdWatcher.openDescriptors()).containsKey(pair.client());
        client.release();
        client.awaitClosed();
    }

    @Test
    void aDescriptorThatIsOpenedAfterCloseIsClosed() {
        SocketPair pair = SocketPair.open(kernel.sys());
        Netpoll netpoll = netpoll(1);
        netpoll.closeDescriptors();
        assertThat(netpoll.open(pair.server()).isClosed()).isTrue();
        netpoll.close();
        assertThat(netpoll.open(pair.client()).lockRead()).isFalse();
    }

    @Test
    void aNumberThatWasClosedBehindOurBackFaultsWhenItIsOpenedAgain() {
        SocketPair pair = SocketPair.open(kernel.sys());
        try (Netpoll netpoll = netpoll(1)) {
            netpoll.open(pair.server());
            assertThatThrownBy(() -> netpoll.open(pair.server()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("last owner has not closed it");
        }
        kernel.sys().close(pair.client());
    }

    @Test
    void aNumberThatWasClosedBehindOurBackFaultsWhenItIsClosed() {
        SocketPair pair = SocketPair.open(kernel.sys());
        kernel.sys().close(pair.client());
        try (Netpoll netpoll = netpoll(1)) {
            PollDesc descriptor = netpoll.open(pair.server());
            kernel.sys().close(pair.server());
            assertThatThrownBy(descriptor::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed behind our back");
            descriptor.awaitClosed();
        }
    }

    @Test
    void aKernelThatRefusesOnePollerLeavesNoneOpen() {
        AtomicInteger created = new AtomicInteger();
        kernel.on(
                "eventfd",
                (arguments, real) -> created.incrementAndGet() == 3 ? -Errno.EMFILE : real.call());
        assertThatThrownBy(() -> netpoll(4))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("eventfd: EMFILE");
    }

    @Test
    void aNetpollNeedsAPoller() {
        assertThatThrownBy(() -> netpoll(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> netpoll(Netpoll.POLLERS_MAX + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void currentSaysWhatIsMissing() {
        assertThatThrownBy(Netpoll::current)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("io.weft:weft");
    }

    @Test
    void countsWhatWouldBlock() {
        try (Netpoll netpoll = netpoll(2)) {
            netpoll.countWouldBlock();
            netpoll.countWouldBlock();
            assertThat(netpoll.counters()).isEqualTo(new NetpollCounters(0, 0, 2, 0, 0));
        }
    }
}
