package io.weft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What moves the time of a bubble and what holds it, with the waits of the JDK. */
@Timeout(60)
class BubbleWaitsTest {

    private static final long HOUR_NANOS = Duration.ofHours(1).toNanos();

    /** Long enough that time would move meanwhile, if nothing held it. */
    private static final long REAL_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** A wait in the time of the bubble by the JDK, which needs no agent: it looks at no clock. */
    private static void waitAnHour() {
        LockSupport.parkNanos(HOUR_NANOS);
    }

    private static void assertNoTimeHasPassed() {
        assertThat(Bubble.now()).isEqualTo(Bubble.START);
    }

    private static void pauseReally() {
        long end = System.nanoTime() + REAL_PAUSE_NANOS;
        for (long left = REAL_PAUSE_NANOS; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Test
    void parksAndMonitorsWaitInTheTimeOfTheBubble() throws InterruptedException {
        Bubble.run(
                () -> {
                    LockSupport.parkNanos(HOUR_NANOS);
                    assertThat(Bubble.now()).isEqualTo(Bubble.START.plusSeconds(3_600));
                    waitOnMonitor(3_600_000);
                    assertThat(Bubble.now()).isEqualTo(Bubble.START.plusSeconds(7_200));
                });
    }

    @SuppressWarnings("WaitNotInLoop") // nobody notifies
    private static void waitOnMonitor(long millis) throws InterruptedException {
        Object monitor = new Object();
        synchronized (monitor) {
            monitor.wait(millis);
        }
    }

    /** The JDK has a thread of its own that passes monitors on; time must wait for it. */
    @Test
    void aMonitorThatIsHeldOverAWaitIsPassedOn() throws InterruptedException {
        Object monitor = new Object();
        assertTurns(
                () -> {
                    synchronized (monitor) {
                        waitAnHour();
                    }
                });
    }

    @Test
    void aLockThatIsHeldOverAWaitIsPassedOn() throws InterruptedException {
        Lock lock = new ReentrantLock();
        assertTurns(() -> locked(lock, BubbleWaitsTest::waitAnHour));
    }

    private static void locked(Lock lock, Runnable task) {
        lock.lock();
        try {
            task.run();
        } finally {
            lock.unlock();
        }
    }

    private static void assertTurns(Runnable turn) throws InterruptedException {
        int goroutines = 5;
        int turns = 4;
        Bubble.run(
                () -> {
                    List<Thread> threads = new ArrayList<>();
                    for (int i = 0; i < goroutines; i++) {
                        Runnable task = () -> repeat(turns, turn);
                        threads.add(Thread.startVirtualThread(task));
                    }
                    for (Thread thread : threads) {
                        thread.join();
                    }
                    Duration all = Duration.ofHours((long) goroutines * turns);
                    assertThat(Bubble.now()).isEqualTo(Bubble.START.plus(all));
                });
    }

    private static void repeat(int turns, Runnable turn) {
        for (int i = 0; i < turns; i++) {
            turn.run();
        }
    }

    @Test
    void aLockOfAThreadOutsideHoldsTheTime() throws InterruptedException {
        ReentrantLock lock = new ReentrantLock();
        AtomicInteger entered = new AtomicInteger();
        assertHeld(
                held ->
                        locked(
                                lock,
                                () -> {
                                    held.countDown();
                                    pauseReally();
                                }),
                () -> locked(lock, entered::incrementAndGet));
        assertThat(entered).hasValue(1);
    }

    @Test
    void aMonitorOfAThreadOutsideHoldsTheTime() throws InterruptedException {
        Object monitor = new Object();
        AtomicInteger entered = new AtomicInteger();
        assertHeld(
                held -> {
                    synchronized (monitor) {
                        held.countDown();
                        pauseReally();
                    }
                },
                () -> {
                    synchronized (monitor) {
                        entered.incrementAndGet();
                    }
                });
        assertThat(entered).hasValue(1);
    }

    /** The holder has the lock before the bubble starts; the waiter is in the bubble. */
    private static void assertHeld(
            java.util.function.Consumer<CountDownLatch> holder, Runnable waiter)
            throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        Thread outside = Thread.ofPlatform().start(() -> holder.accept(held));
        held.await();
        Bubble.run(
                () -> {
                    Thread.startVirtualThread(BubbleWaitsTest::waitAnHour);
                    waiter.run();
                    assertNoTimeHasPassed();
                    LockSupport.parkNanos(HOUR_NANOS);
                });
        outside.join();
    }

    @Test
    void whoJoinsAPlatformThreadHoldsTheTime() throws InterruptedException {
        Bubble.run(
                () -> {
                    Thread.startVirtualThread(BubbleWaitsTest::waitAnHour);
                    Thread.ofPlatform().start(BubbleWaitsTest::pauseReally).join();
                    assertNoTimeHasPassed();
                    LockSupport.parkNanos(HOUR_NANOS);
                });
    }

    @Test
    void whoReadsASocketOfTheJdkHoldsTheTime() throws IOException, InterruptedException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread writer = Thread.ofPlatform().start(() -> writeOnce(listener));
            Bubble.run(
                    () -> {
                        Thread.startVirtualThread(BubbleWaitsTest::waitAnHour);
                        try (Socket socket =
                                new Socket(listener.getInetAddress(), listener.getLocalPort())) {
                            assertThat(socket.getInputStream().read()).isEqualTo(7);
                        }
                        assertNoTimeHasPassed();
                        LockSupport.parkNanos(HOUR_NANOS);
                    });
            writer.join();
        }
    }

    private static void writeOnce(ServerSocket listener) {
        try (Socket socket = listener.accept()) {
            pauseReally();
            socket.getOutputStream().write(7);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aThreadOutsideWakesAGoroutine() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        AtomicBoolean asked = new AtomicBoolean();
        Thread outside =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    while (!asked.get()) {
                                        Thread.onSpinWait();
                                    }
                                    pauseReally();
                                    answer.countDown();
                                });
        Bubble.run(
                () -> {
                    Thread.startVirtualThread(BubbleWaitsTest::waitAnHour);
                    asked.set(true);
                    assertThat(Bubble.outside(() -> answer.await(1, TimeUnit.DAYS))).isTrue();
                    assertNoTimeHasPassed();
                    LockSupport.parkNanos(HOUR_NANOS);
                });
        outside.join();
    }

    @Test
    void settleWaitsForAllOthersAndNotForTheTime() throws InterruptedException {
        Bubble.run(
                () -> {
                    LinkedBlockingQueue<Integer> queue = new LinkedBlockingQueue<>();
                    AtomicInteger sum = new AtomicInteger();
                    Thread adder = Thread.startVirtualThread(() -> addAll(queue, sum));
                    Thread.startVirtualThread(BubbleWaitsTest::waitAnHour);
                    for (int i = 1; i <= 10; i++) {
                        queue.add(i);
                        Bubble.settle();
                        assertThat(sum).hasValue(i * (i + 1) / 2);
                    }
                    assertNoTimeHasPassed();
                    LockSupport.parkNanos(HOUR_NANOS);
                    adder.interrupt();
                });
    }

    private static void addAll(LinkedBlockingQueue<Integer> queue, AtomicInteger sum) {
        try {
            while (true) {
                sum.addAndGet(queue.take());
            }
        } catch (InterruptedException e) {
            // the test is over
        }
    }

    @Test
    void twoCannotSettleAtOnce() throws InterruptedException {
        List<Throwable> thrown = new ArrayList<>();
        Bubble.run(
                () -> {
                    for (int i = 0; i < 2; i++) {
                        Thread.startVirtualThread(() -> settle(thrown));
                    }
                });
        assertThat(thrown).singleElement().isInstanceOf(IllegalStateException.class);
    }

    private static void settle(List<Throwable> thrown) {
        try {
            Bubble.settle();
        } catch (InterruptedException | IllegalStateException e) {
            thrown.add(e);
        }
    }

    /** No agent is loaded here: without one, a sleep of the JDK cannot end. */
    @Test
    void aSleepOfTheJdkSaysWhatItNeeds() {
        assertThatThrownBy(() -> Bubble.run(() -> Thread.sleep(3_600_000)))
                .isInstanceOf(BubbleError.class)
                .hasMessageContaining("-javaagent:weft-testkit.jar")
                .hasMessageContaining("Weft.sleep")
                .hasMessageContaining("Thread.sleep");
        assertThatThrownBy(
                        () ->
                                Bubble.run(
                                        () ->
                                                new LinkedBlockingQueue<String>()
                                                        .poll(1, TimeUnit.HOURS)))
                .isInstanceOf(BubbleError.class)
                .hasMessageContaining("-javaagent:weft-testkit.jar");
    }

    /** A time limit that is not reached needs no clock. */
    @Test
    void aTimeLimitOfTheJdkThatIsNotReachedIsNoMistake() throws InterruptedException {
        Bubble.run(
                () -> {
                    LinkedBlockingQueue<Integer> queue = new LinkedBlockingQueue<>();
                    Thread.startVirtualThread(
                            () -> {
                                for (int i = 0; i < 10; i++) {
                                    LockSupport.parkNanos(1_000);
                                    queue.add(i);
                                }
                            });
                    for (int i = 0; i < 10; i++) {
                        assertThat(queue.poll(1, TimeUnit.HOURS)).isEqualTo(i);
                    }
                });
    }
}
