package io.weft.cli.echo;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Weft;
import io.weft.WeftRuntime;
import io.weft.testkit.FdWatcher;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WarmUpTest {

    @Test
    void servesItsConnectionsAndLeavesNothing() throws Exception {
        try (WeftRuntime runtime = Weft.builder().procs(1).build()) {
            FdWatcher descriptors = FdWatcher.start();
            WarmUp.run(runtime, 40);
            assertThat(runtime.counters().scheduler().schedules()).isGreaterThan(2 * 40);
            while (runtime.counters().liveGoroutines() > 0) {
                Thread.sleep(1);
            }
            descriptors.assertNothingLeaked(Duration.ofSeconds(10));
        }
    }
}
