package io.weft;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.net.TcpConn;
import io.weft.net.TcpListener;
import io.weft.testkit.HangDumper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goroutines that hold locks which code on a carrier could meet, class loaders and concurrent maps
 * above all, and block their carriers in the middle, so that Ps are taken from them all the time;
 * beside others that only want to be served.
 */
@SuppressWarnings("restricted") // calls libc
class HandOffChaosTest {

    private static final int PROCS = 2;
    private static final Duration LENGTH = Duration.ofSeconds(4);
    private static final int EACH = 6;
    private static final int KEYS = 4;

    private static final MethodHandle USLEEP =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().find("usleep").orElseThrow(),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private final WeftRuntime runtime = Weft.builder().procs(PROCS).build();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<AtomicLong> turns = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    @RegisterExtension
    final HangDumper hangs =
            new HangDumper(
                    Duration.ofSeconds(60),
                    runtime::dump,
                    body -> Thread.ofPlatform().daemon().start(body));

    @TempDir Path directory;

    @AfterEach
    void close() {
        stop.set(true);
        runtime.close();
    }

    /** Blocks the carrier, as a native library does. */
    private static void blockNatively(int micros) {
        try {
            int answer = (int) USLEEP.invokeExact(micros);
            assertThat(answer).isZero();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Loaded anew by each {@link Fresh} loader; a park in an initializer blocks the carrier. */
    static final class Slow {
        static {
            LockSupport.parkNanos(3_000_000);
        }

        private Slow() {}
    }

    /** Defines {@link Slow} by itself, so that it is loaded and initialized once more. */
    private static final class Fresh extends ClassLoader {

        private static final String SLOW = HandOffChaosTest.class.getName() + "$Slow";

        Fresh() {
            super(HandOffChaosTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return name.equals(SLOW) && loaded == null
                        ? define(name)
                        : super.loadClass(name, resolve);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            blockNatively(500);
            String file = name.replace('.', '/') + ".class";
            try (InputStream in = getParent().getResourceAsStream(file)) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private interface Turn {
        void take() throws Exception;
    }

    private void run(int count, Turn turn) {
        AtomicLong taken = new AtomicLong();
        turns.add(taken);
        for (int i = 0; i < count; i++) {
            threads.add(
                    runtime.go(
                            () -> {
                                try {
                                    while (!stop.get()) {
                                        turn.take();
                                        taken.incrementAndGet();
                                    }
                                } catch (Exception e) {
                                    throw new IllegalStateException(e);
                                }
                            }));
        }
    }

    @Test
    void nothingHangsWhileGoroutinesHoldLocksThatCarriersCouldMeet() throws Exception {
        loadersAndInitializers();
        mapsAndMonitors();
        filesAndNames();
        run(2, () -> compute(30));
        run(EACH, () -> Thread.sleep(1));
        run(EACH, () -> runtime.go(() -> {}).join());
        run(1, this::collect);
        echo();
        Thread.sleep(LENGTH);
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(turns).allSatisfy(taken -> assertThat(taken.get()).isGreaterThan(3));
        assertThat(runtime.counters().scheduler().retakes()).isGreaterThan(50);
    }

    private void loadersAndInitializers() {
        AtomicLong loader = new AtomicLong();
        ConcurrentHashMap<Long, Fresh> loaders = new ConcurrentHashMap<>();
        // Several goroutines at a time meet at the same loader and the same initializer.
        run(
                EACH,
                () -> {
                    long number = loader.incrementAndGet() / EACH;
                    Fresh fresh = loaders.computeIfAbsent(number, absent -> new Fresh());
                    Class.forName(Fresh.SLOW, true, fresh);
                    loaders.remove(number - 2);
                });
    }

    private void mapsAndMonitors() {
        ConcurrentHashMap<Integer, Long> map = new ConcurrentHashMap<>();
        AtomicLong draw = new AtomicLong();
        run(
                EACH,
                () -> {
                    int key = (int) (draw.incrementAndGet() % KEYS);
                    map.computeIfAbsent(
                            key,
                            absent -> {
                                blockNatively(1_000);
                                return draw.get();
                            });
                    map.remove(key);
                });
        Object monitor = new Object();
        run(
                EACH,
                () -> {
                    synchronized (monitor) {
                        blockNatively(500);
                        Thread.sleep(0, 100_000);
                    }
                });
        ReentrantLock lock = new ReentrantLock();
        run(
                EACH,
                () -> {
                    lock.lock();
                    try {
                        Weft.blocking(
                                () -> {
                                    blockNatively(500);
                                    return 0;
                                });
                    } finally {
                        lock.unlock();
                    }
                });
    }

    private void filesAndNames() throws IOException {
        Path file = Files.write(directory.resolve("data"), new byte[100_000]);
        run(2, () -> assertThat(Files.readAllBytes(file)).hasSize(100_000));
        run(1, () -> assertThat(InetAddress.getByName("localhost").isLoopbackAddress()).isTrue());
    }

    private void collect() throws InterruptedException {
        System.gc();
        Thread.sleep(100);
    }

    private static void compute(int millis) {
        long end = System.nanoTime() + millis * 1_000_000L;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        Thread.yield();
    }

    private void echo() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        runtime.run(
                () -> {
                    TcpListener listener = TcpListener.bind(any);
                    runtime.go(() -> serve(listener));
                    for (int i = 0; i < EACH; i++) {
                        TcpConn conn = TcpConn.connect(listener.localAddress());
                        run(1, () -> exchange(conn));
                    }
                });
    }

    private void serve(TcpListener listener) {
        try (listener) {
            for (int i = 0; i < EACH; i++) {
                TcpConn conn = listener.accept();
                runtime.go(
                        () -> {
                            byte[] buffer = new byte[64];
                            try (conn) {
                                for (int n = conn.read(buffer); n > 0; n = conn.read(buffer)) {
                                    conn.write(buffer, 0, n);
                                }
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        });
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void exchange(TcpConn conn) throws IOException {
        byte[] message = new byte[32];
        conn.write(message);
        conn.readFully(message);
        if (stop.get()) {
            conn.close();
        }
    }
}
