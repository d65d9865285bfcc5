package io.weft.cli.echo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GcPausesTest {

    @Test
    void collectionsThatSomebodyAskedForAreLeftOut() {
        GcPauses pauses = new GcPauses();

        pauses.paused("Allocation Failure", 7);
        pauses.paused("System.gc()", 1_000);
        pauses.paused("Allocation Failure", 3);

        assertThat(pauses.next()).isEqualTo(new GcPauses.Summary(2, 7, 10));
        assertThat(pauses.next()).isEqualTo(new GcPauses.Summary(0, 0, 0));
    }
}
