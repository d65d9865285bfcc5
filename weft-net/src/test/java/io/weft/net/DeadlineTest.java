package io.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineTest {

    private static final Duration LONGEST = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
    private static final Duration SHORTEST = Duration.ofSeconds(Long.MIN_VALUE);

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-0.000000001S", "PT-1H", "PT-9223372036854775808S"})
    void zeroAndLessHasPassedAtOnce(Duration duration) {
        assertThat(Deadline.after(duration).hasPassed()).isTrue();
        assertThat(Deadline.after(duration)).hasToString("Deadline[passed]");
        assertThat(Deadline.after(duration).whenNanos()).isNotNegative();
    }

    @Test
    void passesWhenItsTimeHasComeAndNotBefore() throws Exception {
        Duration duration = Duration.ofMillis(20);
        long start = System.nanoTime();
        Deadline deadline = Deadline.after(duration);
        while (!deadline.hasPassed()) {
            Thread.sleep(1);
        }
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(duration.toNanos());
    }

    @Test
    void whatIsTooFarAwayIsFarAwayAndNotNever() {
        Deadline most = Deadline.after(LONGEST);
        assertThat(most).isEqualTo(Deadline.after(Duration.ofNanos(Long.MAX_VALUE)));
        assertThat(most).isEqualTo(Deadline.at(Instant.MAX)).isNotEqualTo(Deadline.NONE);
        assertThat(most.hasPassed()).isFalse();
        assertThat(most).asString().startsWith("Deadline[in PT");
        assertThat(Deadline.after(SHORTEST).hasPassed()).isTrue();
        assertThat(Deadline.at(Instant.MIN).hasPassed()).isTrue();
    }

    @Test
    void anInstantIsTakenFromTheWallClock() {
        assertThat(Deadline.at(Instant.now()).hasPassed()).isTrue();
        assertThat(Deadline.at(Instant.EPOCH).hasPassed()).isTrue();
        Deadline far = Deadline.at(Instant.now().plus(Duration.ofHours(1)));
        Duration hour = Duration.ofHours(1);
        assertThat(far.whenNanos())
                .isBetween(
                        Deadline.after(hour.minusMinutes(10)).whenNanos(),
                        Deadline.after(hour.plusMinutes(10)).whenNanos());
    }

    @Test
    void noneNeverPasses() {
        assertThat(Deadline.NONE.hasPassed()).isFalse();
        assertThat(Deadline.NONE).hasToString("Deadline[none]");
    }

    @Test
    void theEarliestComesFirst() {
        Deadline soon = Deadline.after(Duration.ofSeconds(1));
        Deadline late = Deadline.after(LONGEST);
        assertThat(soon.earliest(late)).isSameAs(soon);
        assertThat(late.earliest(soon)).isSameAs(soon);
        assertThat(Deadline.NONE.earliest(late)).isSameAs(late);
        assertThat(late.earliest(Deadline.NONE)).isSameAs(late);
    }

    @Test
    void equalMomentsAreEqual() {
        Deadline most = Deadline.after(LONGEST);
        assertThat(most).isEqualTo(Deadline.after(LONGEST)).hasSameHashCodeAs(most);
        assertThat(most).isNotEqualTo(Deadline.after(Duration.ofDays(1)));
    }

    @Test
    void nullIsRefused() {
        assertThatThrownBy(() -> Deadline.after(nothing())).hasMessage("duration");
        assertThatThrownBy(() -> Deadline.at(nothing())).hasMessage("instant");
        assertThatThrownBy(() -> ConnectOptions.defaults().withDeadline(nothing()))
                .hasMessage("deadline");
    }

    /** What the annotations forbid and the compiler of a user may not see. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        @Nullable T nothing = null;
        return nothing;
    }
}
