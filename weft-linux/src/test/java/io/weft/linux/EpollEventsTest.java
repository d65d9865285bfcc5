package io.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EpollEventsTest {

    private static final long DATUM = 0x0123_4567_89ab_cdefL;

    @Test
    void x86PacksAnEventIntoTwelveBytes() {
        assertThat(Architecture.X86_64.epollEventSize()).isEqualTo(12);
        assertThat(Architecture.X86_64.epollDataOffset()).isEqualTo(4);
    }

    @Test
    void aarch64AlignsAnEventToSixteenBytes() {
        assertThat(Architecture.AARCH64.epollEventSize()).isEqualTo(16);
        assertThat(Architecture.AARCH64.epollDataOffset()).isEqualTo(8);
    }

    @ParameterizedTest
    @EnumSource
    void entriesAreReadWhereTheKernelWritesThem(Architecture architecture) {
        try (EpollEvents events = new EpollEvents(3, architecture)) {
            long start = 2L * architecture.epollEventSize();
            events.memory().set(ValueLayout.JAVA_INT_UNALIGNED, start, Epoll.EPOLLIN);
            events.memory()
                    .set(
                            ValueLayout.JAVA_LONG_UNALIGNED,
                            start + architecture.epollDataOffset(),
                            DATUM);
            assertThat(events.memory().byteSize()).isEqualTo(3L * architecture.epollEventSize());
            assertThat(events.events(2)).isEqualTo(Epoll.EPOLLIN);
            assertThat(events.data(2)).isEqualTo(DATUM);
            assertThat(events.data(1)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatASimulatedKernelStoresIsRead(Architecture architecture) {
        try (EpollEvents events = new EpollEvents(2, architecture)) {
            events.set(0, Epoll.EPOLLOUT, -1);
            events.set(1, Epoll.EPOLLET, DATUM);
            assertThat(events.events(0)).isEqualTo(Epoll.EPOLLOUT);
            assertThat(events.data(0)).isEqualTo(-1);
            assertThat(events.events(1)).isEqualTo(Epoll.EPOLLET);
            assertThat(events.data(1)).isEqualTo(DATUM);
        }
    }

    @Test
    void capacityIsBounded() {
        assertThatIllegalArgumentException().isThrownBy(() -> new EpollEvents(0).close());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EpollEvents(EpollEvents.MAX_CAPACITY + 1).close());
    }

    @Test
    void closingTwiceIsAllowedAndUseAfterCloseThrows() {
        EpollEvents events = new EpollEvents(1);
        events.close();
        events.close();
        assertThatIllegalStateException().isThrownBy(() -> events.events(0));
    }
}
