package io.weft.cli.million;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.cli.million.Goal.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GoalsTest {

    @Test
    void areMetAtTheBoundAndMissedBeyond() {
        assertThat(verdict("server RSS per", row(1_000.0), 100_000_000, 600))
                .isEqualTo(Verdict.MET);
        assertThat(verdict("server RSS per", row(1_000.1), 100_000_000, 600))
                .isEqualTo(Verdict.MISSED);
        assertThat(verdict("server RSS after", row(1.0), 115_000_000, 600)).isEqualTo(Verdict.MET);
        assertThat(verdict("server RSS after", row(1.0), 115_100_000, 600))
                .isEqualTo(Verdict.MISSED);
        assertThat(verdict("time in all", row(1.0), 1, 600)).isEqualTo(Verdict.MET);
        assertThat(verdict("time in all", row(1.0), 1, 600.1)).isEqualTo(Verdict.MISSED);
    }

    @Test
    void whatCannotBeToldIsNeitherMetNorMissed() {
        assertThat(verdict("server RSS per", row(null), 1, 1)).isEqualTo(Verdict.NOT_MEASURED);
        assertThat(verdict("kernel", row(null), 1, 1)).isEqualTo(Verdict.NOT_MEASURED);
        Row few = Samples.row(Snapshot.LEAST_FOR_MEMORY - 1, null, Samples.loop(1_000, 0));
        assertThat(verdict("server RSS after", few, 1, 1)).isEqualTo(Verdict.NOT_MEASURED);
    }

    @Test
    void aMessageThatIsLostInAnyStageMissesTheGoal() {
        Row lossy = Samples.row(10_000, 1.0, Samples.loop(10_000, 1));
        List<Goal> goals =
                Goals.of(Samples.options(), List.of(lossy, row(1.0)), Samples.back(100_000_000), 1);

        assertThat(goals.get(1).verdict()).isEqualTo(Verdict.MISSED);
        assertThat(goals.get(1).measured()).isEqualTo("1");
        assertThat(goals.getFirst().verdict()).isEqualTo(Verdict.MET);
    }

    private static Row row(@Nullable Double bytes) {
        return Samples.row(1_000_000, bytes, Samples.loop(1_000_000, 0));
    }

    private static Verdict verdict(String name, Row row, long residentAfter, double seconds) {
        return Goals.of(Samples.options(), List.of(row), Samples.back(residentAfter), seconds)
                .stream()
                .filter(goal -> goal.name().startsWith(name))
                .findFirst()
                .orElseThrow()
                .verdict();
    }
}
