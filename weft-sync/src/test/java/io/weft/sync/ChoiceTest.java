package io.weft.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChoiceTest {

    private static final Duration SHORT = Duration.ofMillis(20);

    @Test
    void itRunsWhatFollowsTheChosenCase() throws Exception {
        Chan<String> orders = Chan.buffered(1);
        Chan<Integer> log = Chan.unbuffered();
        Choice<String> choice =
                Choice.<String>of()
                        .receive(orders, order -> "order " + order)
                        .send(log, 1, () -> "logged")
                        .after(SHORT, () -> "late");
        assertThat(choice.await()).isEqualTo("late");
        orders.send("tea");
        assertThat(choice.await()).isEqualTo("order tea");
        TestThread<Integer> reader = TestThread.start(log::receive);
        assertThat(choice.await()).isIn("logged", "late");
        reader.thread().interrupt();
        orders.close();
        assertThat(choice.await()).isEqualTo("order null");
    }

    @Test
    void itHasOneEnd() throws Exception {
        Chan<String> silent = Chan.unbuffered();
        assertThat(Choice.<Integer>of().receive(silent, value -> 1).otherwise(() -> 2).await())
                .isEqualTo(2);
        assertThat(
                        Choice.<Integer>of()
                                .receive(silent, value -> 1)
                                .at(Instant.now().plus(SHORT), () -> 3)
                                .await())
                .isEqualTo(3);
        assertThatThrownBy(() -> Choice.of().otherwise(() -> 1).after(SHORT, () -> 2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("one of");
        assertThatThrownBy(() -> Choice.of().await()).isInstanceOf(IllegalStateException.class);
    }
}
