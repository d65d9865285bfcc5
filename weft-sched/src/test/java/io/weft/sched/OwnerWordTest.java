package io.weft.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OwnerWordTest {

    private final OwnerWord word = new OwnerWord();

    @Test
    void goesRoundFromFreeToRunningAndBack() {
        assertThat(word.describeOwner()).isEqualTo("free");
        assertThat(word.acquireFree(3)).isTrue();
        assertThat(word.describeOwner()).isEqualTo("owned by M3");
        word.publishRunning(3);
        assertThat(word.isRunning()).isTrue();
        assertThat(word.describeOwner()).isEqualTo("running on M3");
        assertThat(word.reenter(3)).isTrue();
        word.releaseFree(3);
        assertThat(word.describeOwner()).isEqualTo("free");
    }

    @Test
    void isTakenOnlyWhileItRuns() {
        assertThat(word.acquireFree(1)).isTrue();
        assertThat(word.retake(1, 2)).as("owned, not running").isFalse();
        word.publishRunning(1);
        assertThat(word.retake(1, 2)).isTrue();
        assertThat(word.reenter(1)).as("M1 learns that it lost the P").isFalse();
        assertThat(word.isOwnedBy(2)).isTrue();
    }

    @Test
    void theOldOwnerDoesNotMistakeTheNextOwnersRunForItsOwn() {
        assertThat(word.acquireFree(1)).isTrue();
        word.publishRunning(1);
        assertThat(word.retake(1, 2)).isTrue();
        word.publishRunning(2);
        assertThat(word.reenter(1)).isFalse();
        assertThat(word.reenter(2)).isTrue();
    }

    @Test
    void onlyItsOwnerGivesItUp() {
        assertThat(word.acquireFree(1)).isTrue();
        assertThat(word.acquireFree(2)).isFalse();
        assertThatThrownBy(() -> word.releaseFree(2)).hasMessageContaining("owned by M1");
    }
}
