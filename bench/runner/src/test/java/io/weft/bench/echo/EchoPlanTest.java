package io.weft.bench.echo;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.bench.process.Servers;
import io.weft.bench.samples.Cell;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EchoPlanTest {

    /** The rest of the 20 minutes that a run from a clean clone may take is for building. */
    private static final double SECONDS_MOST = TimeUnit.MINUTES.toSeconds(17);

    private static final List<Integer> CONNECTIONS = List.of(10_000, 1, 10, 100, 1000);

    @Test
    void theDefaultsLeaveTimeToBuildEverything() {
        EchoOptions options = options(CONNECTIONS, List.of(1, 16), false);

        assertThat(EchoPlan.of(options).seconds(options)).isLessThan(SECONDS_MOST);
    }

    @Test
    void theReducedGridHasAllConnectionsAndDepthsAndOneRowOfSizes() {
        EchoPlan plan = EchoPlan.of(options(CONNECTIONS, List.of(1, 16), false));
        List<Cell> closed =
                plan.apart().stream()
                        .filter(c -> !c.isOpenLoop() && Cell.APART.equals(c.placement()))
                        .toList();

        assertThat(closed)
                .hasSize(12)
                .contains(Cell.echo(1, 16, 64), Cell.echo(100, 1, 1024), Cell.echo(100, 1, 16_384))
                .doesNotContain(Cell.echo(100, 16, 1024), Cell.echo(10, 1, 1024));
    }

    @Test
    void theFullGridCrossesEverything() {
        EchoPlan plan = EchoPlan.of(options(CONNECTIONS, List.of(1, 16), true));

        assertThat(plan.apart().stream().filter(c -> !c.isOpenLoop())).hasSize(30 + 1);
    }

    @Test
    void connectionsAscendAndAnOpenLoopFollowsItsClosedOne() {
        List<Cell> apart = EchoPlan.of(options(CONNECTIONS, List.of(1, 16), false)).apart();

        assertThat(apart).extracting(Cell::connections).isSorted();
        List<Cell> open = apart.stream().filter(Cell::isOpenLoop).toList();
        assertThat(open).hasSize(8).allSatisfy(c -> assertThat(c.depth()).isEqualTo(1));
        for (Cell cell : open) {
            assertThat(apart.indexOf(cell.atMost())).isBetween(0, apart.indexOf(cell) - 1);
        }
        assertThat(open).noneMatch(cell -> Integer.valueOf(1).equals(cell.connections()));
    }

    @Test
    void withoutDepthOneThereIsNoOpenLoop() {
        assertThat(EchoPlan.of(options(List.of(100), List.of(16), false)).apart())
                .containsExactly(
                        Cell.echo(100, 16, 64),
                        Cell.echo(100, 16, 1024),
                        Cell.echo(100, 16, 16_384));
    }

    @Test
    void oneConnectionIsMeasuredOnOneCpuAndAHundredOnTwo() {
        EchoPlan plan = EchoPlan.of(options(CONNECTIONS, List.of(1), false));

        assertThat(plan.apart()).contains(Cell.echo(1, 1, 64).withPlacement(Cell.ONE_CORE, 1));
        assertThat(plan.shared())
                .containsExactly(
                        Cell.echo(100, 1, 64).withPlacement(Cell.SHARED, 2),
                        Cell.echo(1000, 1, 64).withPlacement(Cell.SHARED, 2));
    }

    private static EchoOptions options(
            List<Integer> connections, List<Integer> depths, boolean full) {
        List<Integer> sizes = List.of(64, 1024, 16_384);
        List<String> servers =
                Servers.ALL.stream()
                        .filter(name -> name.equals(Servers.WEFT) || Servers.isPeer(name))
                        .toList();
        return new EchoOptions(servers, connections, depths, sizes, 3, 0.8, 1.5, full, 1, false);
    }
}
