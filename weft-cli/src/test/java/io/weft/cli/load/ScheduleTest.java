package io.weft.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void theConnectionsTogetherSendEvenlyAtTheRate() {
        List<Long> due = new ArrayList<>();
        for (int message = 0; message < 4; message++) {
            for (int connection = 0; connection < 5; connection++) {
                due.add(new Schedule(1_000, 1_000_000, 5, connection).dueNanos(message));
            }
        }

        for (int i = 0; i < due.size(); i++) {
            assertThat(due.get(i)).isEqualTo(1_000 + i * 1_000L);
        }
    }

    @Test
    void neverDriftsFromTheRate() {
        Schedule schedule = new Schedule(0, 30_000, 7, 3);
        long message = 30_000L * 3_600 / 7;

        double seconds = schedule.dueNanos(message) / 1e9;

        assertThat(seconds).isCloseTo((message * 7 + 3) / 30_000.0, within());
    }

    @Test
    void timesNeverGoBack() {
        Schedule schedule = new Schedule(0, 333_333.3, 3, 1);

        for (int message = 1; message < 10_000; message++) {
            assertThat(schedule.dueNanos(message)).isGreaterThan(schedule.dueNanos(message - 1));
        }
    }

    private static org.assertj.core.data.Offset<Double> within() {
        return org.assertj.core.data.Offset.offset(1e-6);
    }
}
