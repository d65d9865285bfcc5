package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.linux.CallStates;
import io.weft.linux.CpuSet;
import io.weft.linux.Errno;
import io.weft.linux.NativeThreadSys;
import io.weft.linux.ThreadSys;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LinuxThreadsTest {

    private static final ThreadSys REAL = new NativeThreadSys(CallStates.perThread());
    private static final int ABSENT = CpuSet.CPUS_MAX - 1;

    /** A kernel whose answers the test gives; the rest is the real one's. */
    private static class Scripted implements ThreadSys {

        int affinityAnswer;
        int bindAnswer;
        int stateAnswer;
        int slackAnswer;

        @Override
        public int gettid() {
            return REAL.gettid();
        }

        @Override
        public int setTimerSlack(long nanos) {
            return slackAnswer;
        }

        @Override
        public int timerSlack() {
            return REAL.timerSlack();
        }

        @Override
        public int setAffinity(int tid, CpuSet cpus) {
            return bindAnswer;
        }

        @Override
        public int affinity(int tid, CpuSet[] into) {
            return affinityAnswer < 0 ? affinityAnswer : REAL.affinity(tid, into);
        }

        @Override
        public int state(int tid) {
            return stateAnswer;
        }
    }

    private final BlockingQueue<String> warnings = new LinkedBlockingQueue<>();

    private LinuxThreads threads(ThreadSys kernel, int... cpus) {
        return new LinuxThreads(kernel, warnings::add, cpus);
    }

    private String nextWarning() throws InterruptedException {
        return String.valueOf(warnings.poll(20, TimeUnit.SECONDS));
    }

    private static CpuSet affinityOf(int tid) {
        CpuSet[] into = new CpuSet[1];
        assertThat(REAL.affinity(tid, into)).isNotNegative();
        return into[0];
    }

    private static CpuSet ofProcess() {
        return affinityOf((int) ProcessHandle.current().pid());
    }

    @Test
    void anEnteredThreadSleepsExactlyAndIsSeenAsleep() throws InterruptedException {
        LinuxThreads threads = threads(REAL);
        BlockingQueue<Long> said = new LinkedBlockingQueue<>();
        Thread sleeper =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    said.add(threads.enter());
                                    said.add((long) REAL.timerSlack());
                                    LockSupport.park();
                                });
        long id = said.take();
        assertThat(said.take()).isEqualTo(1L);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!threads.isBlocked(id) && System.nanoTime() < end) {
            Thread.sleep(1);
        }
        assertThat(threads.isBlocked(id)).isTrue();
        assertThat(threads.isBlocked(threads.enter())).isFalse();
        LockSupport.unpark(sleeper);
        sleeper.join();
    }

    @Test
    void aThreadOfNobodyIsNotBlocked() {
        assertThat(threads(REAL).isBlocked(Integer.MAX_VALUE)).isFalse();
    }

    @Test
    void processorsAreBoundToTheGivenCpusInTurn() throws InterruptedException {
        int[] cpus = ofProcess().toArray();
        LinuxThreads threads = threads(REAL, cpus);
        List<CpuSet> seen = new ArrayList<>();
        Thread thread =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    long id = threads.enter();
                                    for (int p = 0; p <= cpus.length; p++) {
                                        threads.bind(id, p);
                                        seen.add(affinityOf((int) id));
                                    }
                                    threads.unbind(id);
                                    seen.add(affinityOf((int) id));
                                });
        thread.join();
        List<CpuSet> expected = new ArrayList<>();
        for (int cpu : cpus) {
            expected.add(CpuSet.of(cpu));
        }
        expected.add(CpuSet.of(cpus[0]));
        expected.add(ofProcess());
        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void withoutCpusNothingIsBound() {
        Scripted kernel = new Scripted();
        kernel.bindAnswer = -Errno.EPERM;
        LinuxThreads threads = threads(kernel);
        threads.bind(threads.enter(), 0);
        threads.unbind(threads.enter());
        assertThat(warnings).isEmpty();
    }

    @Test
    void aCpuThatIsNotThereIsRefusedWithTheOnesThatAre() {
        assertThatThrownBy(() -> threads(REAL, ABSENT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "this process may not use CPU " + ABSENT + "; it may use " + ofProcess());
    }

    @Test
    void aKernelThatForbidsBindingIsNamed() {
        Scripted kernel = new Scripted();
        kernel.bindAnswer = -Errno.EPERM;
        int cpu = ofProcess().toArray()[0];
        assertThatThrownBy(() -> threads(kernel, cpu))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("sched_setaffinity answers EPERM")
                .hasMessageContaining("leave out Builder.cpus");
        kernel.bindAnswer = -Errno.EINVAL;
        assertThatThrownBy(() -> threads(kernel, cpu))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("EINVAL")
                .hasMessageContaining("may use " + ofProcess());
        kernel.affinityAnswer = -Errno.EPERM;
        assertThatThrownBy(() -> threads(kernel, cpu))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("sched_getaffinity answers EPERM");
    }

    @Test
    void aCpuThatIsTakenAwayLaterIsReportedOnce() throws InterruptedException {
        Scripted kernel = new Scripted();
        LinuxThreads threads = threads(kernel, ofProcess().toArray()[0]);
        kernel.bindAnswer = -Errno.EINVAL;
        for (int i = 0; i < 5; i++) {
            threads.bind(1, 0);
        }
        assertThat(nextWarning())
                .contains("sched_setaffinity failed with EINVAL")
                .contains("other CPUs than were named");
        assertThat(warnings).isEmpty();
    }

    @Test
    void aThreadThatHasEndedIsNoFailure() {
        Scripted kernel = new Scripted();
        LinuxThreads threads = threads(kernel, ofProcess().toArray()[0]);
        kernel.bindAnswer = -Errno.ESRCH;
        threads.unbind(1);
        assertThat(warnings).isEmpty();
    }

    @Test
    void aSlackThatIsRefusedIsReported() throws InterruptedException {
        Scripted kernel = new Scripted();
        kernel.slackAnswer = -Errno.EPERM;
        assertThat(threads(kernel).enter()).isPositive();
        assertThat(nextWarning()).contains("PR_SET_TIMERSLACK").contains("EPERM");
    }

    @Test
    void aMissingProcIsReportedWhenTheRuntimeIsBuilt() throws InterruptedException {
        Scripted kernel = new Scripted();
        kernel.stateAnswer = -Errno.ENOENT;
        assertThat(threads(kernel).isBlocked(1)).isFalse();
        assertThat(nextWarning()).contains("/proc/self/task").contains("mount /proc");
    }
}
