package io.weft.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.sync.SingleFlight.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class SingleFlightTest {

    private final SingleFlight<String, String> flights = new SingleFlight<>();
    private final Chan<String> answers = Chan.unbuffered();
    private final AtomicInteger calls = new AtomicInteger();

    private String ask() throws Exception {
        calls.incrementAndGet();
        String answer = answers.receive();
        if (answer == null) {
            throw new IOException("no answer");
        }
        return answer;
    }

    private List<TestThread<Result<String>>> startAsking(Threads threads, int count)
            throws Exception {
        List<TestThread<Result<String>>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(threads.startParked(() -> flights.runShared("key", this::ask)));
        }
        return all;
    }

    @Test
    void aCallAloneIsNotShared() throws Exception {
        assertThat(flights.run("key", () -> "one")).isEqualTo("one");
        assertThat(flights.runShared("key", () -> "two")).isEqualTo(new Result<>("two", false));
    }

    /** Go's TestDoDupSuppress. */
    @ParameterizedTest
    @EnumSource
    void callsAtTheSameTimeAreOne(Threads threads) throws Exception {
        List<TestThread<Result<String>>> all = startAsking(threads, 10);
        assertThat(flights.run("another key", () -> "at once")).isEqualTo("at once");
        answers.send("answer");
        for (TestThread<Result<String>> each : all) {
            assertThat(each.result()).isEqualTo(new Result<>("answer", true));
        }
        assertThat(calls).hasValue(1);
        assertThat(flights.run("key", () -> "a new call")).isEqualTo("a new call");
    }

    @ParameterizedTest
    @EnumSource
    void anExceptionGoesToAll(Threads threads) throws Exception {
        List<TestThread<Result<String>>> all = startAsking(threads, 3);
        answers.close();
        for (TestThread<Result<String>> each : all) {
            assertThatThrownBy(each::result).hasRootCauseInstanceOf(IOException.class);
        }
        assertThat(calls).hasValue(1);
        assertThatThrownBy(
                        () ->
                                flights.run(
                                        "key",
                                        () -> {
                                            throw new AssertionError("an error");
                                        }))
                .isInstanceOf(AssertionError.class);
        assertThat(flights.run("key", () -> "usable")).isEqualTo("usable");
    }

    @ParameterizedTest
    @EnumSource
    void whoForgetsMakesANewCall(Threads threads) throws Exception {
        List<TestThread<Result<String>>> old = startAsking(threads, 2);
        flights.forget("key");
        List<TestThread<Result<String>>> fresh = startAsking(threads, 2);
        assertThat(calls).hasValue(2);
        answers.send("first");
        answers.send("second");
        assertThat(old.getFirst().result()).isEqualTo(old.getLast().result());
        assertThat(fresh.getFirst().result()).isEqualTo(fresh.getLast().result());
        assertThat(fresh.getFirst().result().value()).isNotEqualTo(old.getFirst().result().value());
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsOneWaitAndNotTheCall(Threads threads) throws Exception {
        List<TestThread<Result<String>>> all = startAsking(threads, 3);
        all.get(1).thread().interrupt();
        assertThatThrownBy(all.get(1)::result).hasCauseInstanceOf(InterruptedException.class);
        answers.send("answer");
        assertThat(all.getFirst().result().value()).isEqualTo("answer");
        assertThat(all.getLast().result().value()).isEqualTo("answer");
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptOfTheCallIsACancellationForTheOthers(Threads threads) throws Exception {
        List<TestThread<Result<String>>> all = startAsking(threads, 2);
        all.getFirst().thread().interrupt();
        assertThatThrownBy(all.getFirst()::result).hasCauseInstanceOf(InterruptedException.class);
        assertThatThrownBy(all.getLast()::result)
                .hasCauseInstanceOf(CancellationException.class)
                .hasRootCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void aCallThatAsksForItsOwnKeyIsAMistakeThatIsNamed() throws Exception {
        assertThatThrownBy(() -> flights.run("key", () -> flights.run("key", () -> "never")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("use another key");
        assertThat(flights.run("key", () -> flights.run("inner", () -> "fine"))).isEqualTo("fine");
        assertThatThrownBy(() -> flights.run(Absent.of(String.class), () -> "x"))
                .isInstanceOf(NullPointerException.class);
    }
}
