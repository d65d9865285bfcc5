package io.weft.bench.echo;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.stats.Goal;
import io.weft.bench.stats.Goal.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EchoGoalsTest {

    @Test
    void costIsComparedWithEachPeerAndTheBetterNetty() {
        Cell cell = Cell.echo(100, 1, 64);
        List<Goal> goals =
                EchoGoals.of(
                        List.of(
                                sample(cell, "weft", "server_ns", 90),
                                sample(cell, "c-epoll", "server_ns", 80),
                                sample(cell, "netty-epoll", "server_ns", 200),
                                sample(cell, "netty-uring", "server_ns", 100),
                                sample(cell, "go", "server_ns", 120)));

        assertThat(goals)
                .extracting(Goal::what, Goal::figure, Goal::verdict)
                .containsExactly(
                        tuple("CPU: Weft / c-epoll", "1.125", Verdict.MISSED),
                        tuple("CPU: Weft / the better Netty, netty-uring", "0.900", Verdict.MET),
                        tuple("CPU: Weft / go", "0.750", Verdict.MET),
                        tuple("CPU: Weft / jdk", "-", Verdict.NOT_MEASURED));
    }

    @Test
    void ofRatesMoreIsBetter() {
        Cell cell = Cell.echo(100, 1, 64).withPlacement(Cell.SHARED, 2);
        Goal goal =
                EchoGoals.of(
                                List.of(
                                        sample(cell, "weft", "rate", 100),
                                        sample(cell, "go", "rate", 40),
                                        sample(cell, "c-epoll", "rate", 125)))
                        .getFirst();

        assertThat(goal.what())
                .startsWith("messages/s: the best other, c-epoll / Weft (without c-uring");
        assertThat(goal.figure()).isEqualTo("1.250");
        assertThat(goal.verdict()).isEqualTo(Verdict.MISSED);
    }

    @Test
    void serversInCDoNotCountForTheTail() {
        Cell cell = Cell.echo(100, 1, 64).atPercent(70);
        Goal goal =
                EchoGoals.of(
                                List.of(
                                        sample(cell, "weft", "p999_us", 50),
                                        sample(cell, "c-epoll", "p999_us", 10),
                                        sample(cell, "jdk", "p999_us", 100)))
                        .getFirst();

        assertThat(goal.figure()).isEqualTo("0.500");
        assertThat(goal.verdict()).isEqualTo(Verdict.MET);
        assertThat(EchoGoals.of(List.of(sample(cell.atMost().atPercent(30), "weft", "p999_us", 1))))
                .isEmpty();
    }

    @Test
    void oneConnectionIsComparedInMicroseconds() {
        Cell cell = Cell.echo(1, 1, 64).withPlacement(Cell.ONE_CORE, 1);
        Goal goal =
                EchoGoals.of(
                                List.of(
                                        sample(cell, "weft", "p50_us", 14.5),
                                        sample(cell, "c-epoll", "p50_us", 11)))
                        .getFirst();

        assertThat(goal.figure()).isEqualTo("3.5 µs");
        assertThat(goal.verdict()).isEqualTo(Verdict.MISSED);
    }

    private static org.assertj.core.groups.Tuple tuple(Object... values) {
        return org.assertj.core.groups.Tuple.tuple(values);
    }

    private static Sample sample(Cell cell, String server, String figure, double value) {
        return new Sample("r", "echo", cell, server, 1, Map.of(figure, value), false, null);
    }
}
