package io.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThreadSysTest {

    private static final ThreadSys THREADS = new NativeThreadSys(CallStates.perThread());
    private static final long WAIT_SECONDS = 20;

    @Test
    void aThreadKnowsItsNumber() throws IOException {
        String link = Files.readSymbolicLink(Path.of("/proc/thread-self")).toString();
        assertThat(link).endsWith("/task/" + THREADS.gettid());
    }

    @Test
    void theTimerSlackIsTheCallersOwn() throws InterruptedException {
        BlockingQueue<Integer> slacks = new LinkedBlockingQueue<>();
        Thread thread =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    slacks.add(THREADS.setTimerSlack(1));
                                    slacks.add(THREADS.timerSlack());
                                });
        thread.join();
        assertThat(slacks).containsExactly(0, 1);
        assertThat(THREADS.timerSlack()).isGreaterThan(1);
    }

    @Test
    void aSleepingThreadIsSeenAsleepAndARunningOneIsNot() throws InterruptedException {
        BlockingQueue<Integer> numbers = new LinkedBlockingQueue<>();
        AtomicBoolean spin = new AtomicBoolean(true);
        AtomicBoolean over = new AtomicBoolean();
        // Brackets and blanks in a name must not be taken for the end of it.
        Thread thread =
                Thread.ofPlatform()
                        .name("a) R (b) D")
                        .start(
                                () -> {
                                    numbers.add(THREADS.gettid());
                                    while (spin.get()) {
                                        Thread.onSpinWait();
                                    }
                                    while (!over.get()) {
                                        LockSupport.park();
                                    }
                                });
        int tid = numbers.take();
        awaitState(tid, 'R');
        spin.set(false);
        awaitState(tid, 'S');
        over.set(true);
        LockSupport.unpark(thread);
        thread.join();
        awaitState(tid, -Errno.ENOENT);
    }

    /** A thread may be held up by others, and its number outlives its Java thread for a moment. */
    private static void awaitState(int tid, int expected) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (THREADS.state(tid) != expected && System.nanoTime() < end) {
            Thread.sleep(1);
        }
        assertThat(THREADS.state(tid)).isEqualTo(expected);
    }

    @Test
    void aThreadRunsWhereItIsBound() throws InterruptedException {
        CpuSet[] allowed = new CpuSet[1];
        assertThat(THREADS.affinity(0, allowed)).isNotNegative();
        int[] cpus = allowed[0].toArray();
        CpuSet last = CpuSet.of(cpus[cpus.length - 1]);
        BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
        Thread thread =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    int tid = THREADS.gettid();
                                    CpuSet[] mine = new CpuSet[1];
                                    seen.add(THREADS.setAffinity(tid, last));
                                    THREADS.affinity(tid, mine);
                                    seen.add(mine[0]);
                                    seen.add(THREADS.setAffinity(tid, allowed[0]));
                                    THREADS.affinity(tid, mine);
                                    seen.add(mine[0]);
                                });
        thread.join();
        assertThat(seen).containsExactly(0, last, 0, allowed[0]);
    }

    @Test
    void bindingToACpuThatIsNotThereIsAnError() {
        int self = THREADS.gettid();
        assertThat(THREADS.setAffinity(self, CpuSet.of(CpuSet.CPUS_MAX - 1)))
                .isEqualTo(-Errno.EINVAL);
        assertThat(THREADS.setAffinity(self, CpuSet.of())).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void aThreadThatIsNotThereIsAnError() {
        assertThat(THREADS.state(Integer.MAX_VALUE)).isEqualTo(-Errno.ENOENT);
        assertThat(THREADS.setAffinity(Integer.MAX_VALUE, CpuSet.of(0))).isEqualTo(-Errno.ESRCH);
        assertThat(THREADS.affinity(Integer.MAX_VALUE, new CpuSet[1])).isEqualTo(-Errno.ESRCH);
    }

    @Test
    void aSetIsWrittenAsRanges() {
        CpuSet set = CpuSet.of(8, 0, 1, 2, 65);
        assertThat(set).hasToString("0-2,8,65");
        assertThat(set.toArray()).containsExactly(0, 1, 2, 8, 65);
        assertThat(set.size()).isEqualTo(5);
        assertThat(set.contains(8)).isTrue();
        assertThat(set.contains(9)).isFalse();
        assertThat(set.contains(-1)).isFalse();
        assertThat(CpuSet.of()).hasToString("");
        assertThatThrownBy(() -> CpuSet.of(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> CpuSet.of(CpuSet.CPUS_MAX))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void askingForAStateAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int self = THREADS.gettid();
        int calls = 5_000;
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 200 && best >= calls; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < calls; i++) {
                THREADS.state(self);
            }
            best = Math.min(best, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(best).isLessThan(calls);
    }

    @Test
    void aRehearsalChangesNothing() {
        int slack = THREADS.timerSlack();
        CpuSet[] before = new CpuSet[1];
        CpuSet[] after = new CpuSet[1];
        THREADS.affinity(0, before);
        new NativeThreadSys(CallStates.perThread()).rehearse();
        THREADS.affinity(0, after);
        assertThat(after[0]).isEqualTo(before[0]);
        assertThat(THREADS.timerSlack()).isEqualTo(slack);
    }
}
