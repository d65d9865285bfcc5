package io.weft.netpoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.linux.Errno;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LazyInterestTest {

    /** Writes down what is asked of the kernel; the script runs inside the call. */
    private static class Recorded extends LazyInterest {

        final List<String> calls = Collections.synchronizedList(new ArrayList<>());
        int addResult;
        int changeResult;

        /** What another thread does while this one is in epoll_ctl. */
        void meanwhile() throws IOException {}

        @Override
        int register(boolean writing) {
            return answer(writing ? "add in+out" : "add in", addResult);
        }

        @Override
        int change() {
            return answer("change to in+out", changeResult);
        }

        private int answer(String call, int result) {
            calls.add(call);
            try {
                meanwhile();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return result;
        }

        @Override
        IOException registrationFailure(int errno) {
            return new IOException(Errno.name(errno));
        }

        @Override
        void closeDescriptor() {}
    }

    /** The other direction waits for the first time while this one registers. */
    private static final class Meeting extends Recorded {

        private final Direction other;
        private boolean met;

        Meeting(Direction other) {
            this.other = other;
        }

        @Override
        void meanwhile() throws IOException {
            if (!met) {
                met = true;
                arm(other);
            }
        }
    }

    @Test
    void registersOnceForReadingAndAddsWritingWhenItIsWaitedFor() throws IOException {
        Recorded interest = new Recorded();
        interest.arm(Direction.READ);
        interest.arm(Direction.READ);
        assertThat(interest.calls).containsExactly("add in");
        interest.arm(Direction.WRITE);
        interest.arm(Direction.WRITE);
        interest.arm(Direction.READ);
        assertThat(interest.calls).containsExactly("add in", "change to in+out");
    }

    @Test
    void aFirstWaitToWriteRegistersBoth() throws IOException {
        Recorded interest = new Recorded();
        interest.arm(Direction.WRITE);
        interest.arm(Direction.READ);
        assertThat(interest.calls).containsExactly("add in+out");
    }

    @Test
    void writingThatIsWishedDuringTheRegistrationIsAddedByWhoRegisters() throws IOException {
        Recorded interest = new Meeting(Direction.WRITE);
        interest.arm(Direction.READ);
        assertThat(interest.calls).containsExactly("add in", "change to in+out");
        assertThat(interest.interestOpaque())
                .isEqualTo((byte) (LazyInterest.READ | LazyInterest.WRITE | LazyInterest.ADDED));
    }

    @Test
    void readingThatIsWishedDuringTheRegistrationIsPartOfIt() throws IOException {
        Recorded interest = new Meeting(Direction.READ);
        interest.arm(Direction.WRITE);
        assertThat(interest.calls).containsExactly("add in+out");
    }

    @Test
    void aFailedRegistrationLeavesNothingBehindAndCanBeTriedAgain() throws IOException {
        Recorded interest = new Recorded();
        interest.addResult = -Errno.ENOSPC;
        assertThatThrownBy(() -> interest.arm(Direction.READ))
                .isInstanceOf(IOException.class)
                .hasMessage("ENOSPC");
        assertThat(interest.interestOpaque()).isZero();
        assertThat(interest.slotVolatile(Direction.READ)).isNull();
        interest.addResult = 0;
        interest.arm(Direction.READ);
        assertThat(interest.calls).containsExactly("add in", "add in");
    }

    @Test
    void whoHandedItsWishOverIsReadiedWhenTheRegistrationFails() {
        Recorded interest = new Meeting(Direction.WRITE);
        interest.addResult = -Errno.ENOMEM;
        assertThatThrownBy(() -> interest.arm(Direction.READ)).hasMessage("ENOMEM");
        assertThat(interest.slotVolatile(Direction.WRITE)).isSameAs(ReadinessSlots.READY);
        assertThat(interest.await(Direction.WRITE)).isEqualTo(Wait.READY);
        assertThatThrownBy(() -> interest.arm(Direction.WRITE)).hasMessage("ENOMEM");
    }

    @Test
    void theOneThatRegisteredIsNotBlamedWhenTheOthersWishFails() throws IOException {
        Recorded interest = new Meeting(Direction.WRITE);
        interest.changeResult = -Errno.ENOMEM;
        interest.arm(Direction.READ);
        assertThat(interest.interestOpaque())
                .isEqualTo((byte) (LazyInterest.READ | LazyInterest.ADDED));
        assertThat(interest.await(Direction.WRITE)).isEqualTo(Wait.READY);
        assertThatThrownBy(() -> interest.arm(Direction.WRITE)).hasMessage("ENOMEM");
        interest.changeResult = 0;
        interest.arm(Direction.WRITE);
        assertThat(interest.calls)
                .containsExactly(
                        "add in", "change to in+out", "change to in+out", "change to in+out");
    }

    @Test
    void firstWaitsThatRaceAddOnceAndLoseNoInterest() throws Exception {
        int rounds = 3_000;
        Recorded[] all = new Recorded[rounds];
        for (int i = 0; i < rounds; i++) {
            all[i] = new Recorded();
        }
        CyclicBarrier together = new CyclicBarrier(2);
        TestThread<Boolean> reader = armAll(all, Direction.READ, together);
        TestThread<Boolean> writer = armAll(all, Direction.WRITE, together);
        assertThat(reader.result()).isTrue();
        assertThat(writer.result()).isTrue();
        for (Recorded each : all) {
            assertThat(each.calls)
                    .isIn(List.of("add in", "change to in+out"), List.of("add in+out"));
        }
    }

    private static TestThread<Boolean> armAll(
            Recorded[] all, Direction direction, CyclicBarrier together) {
        return TestThread.start(
                () -> {
                    for (Recorded each : all) {
                        together.await(20, TimeUnit.SECONDS);
                        each.arm(direction);
                    }
                    return true;
                });
    }
}
