package io.weft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the contract suites of connections stand on: the transport and the kind of thread under
 * test, connected pairs, tasks, and a check that every test leaves neither descriptors nor tasks.
 */
abstract class ConnHarness {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Runs every test on the kind of thread under test. */
    @RegisterExtension
    final HangDumper hangDumper =
            new HangDumper(HangDumper.DEFAULT_LIMIT, this::schedulerState, this::start);

    private final Queue<ContractConn> conns = new ConcurrentLinkedQueue<>();
    private final Queue<ContractTask<?>> tasks = new ConcurrentLinkedQueue<>();
    private @Nullable FdWatcher descriptors;
    private @Nullable ContractListener listener;

    /** Opens a listener. Whatever is started only once must be running before. */
    protected abstract ContractListener listen() throws IOException;

    /** Starts a thread of the kind under test. */
    protected abstract Thread start(Runnable body);

    /** What to print, beside the stacks, when a test hangs. */
    protected String schedulerState() {
        return "";
    }

    @BeforeEach
    final void openListener() throws IOException {
        descriptors = FdWatcher.start();
        listener = listen();
    }

    @AfterEach
    final void closeAll() throws Exception {
        for (ContractConn conn : conns) {
            conn.close();
        }
        listener().close();
        for (ContractTask<?> task : tasks) {
            task.awaitEnd();
        }
        FdWatcher watcher = descriptors;
        assertThat(watcher).isNotNull();
        if (watcher != null) {
            watcher.assertNothingLeaked(PATIENCE);
        }
    }

    /** Both ends of a connection. */
    record Pair(ContractConn client, ContractConn server) {}

    final ContractListener listener() {
        ContractListener present = listener;
        if (present == null) {
            throw new IllegalStateException("no test is running");
        }
        return present;
    }

    final Pair pair() throws Exception {
        ContractTask<ContractConn> accepting = go(this::accept);
        ContractConn client = connect();
        return new Pair(client, accepting.join());
    }

    final ContractConn accept() throws IOException {
        ContractConn conn = listener().accept();
        conns.add(conn);
        return conn;
    }

    final ContractConn connect() throws IOException {
        ContractConn conn = listener().connect();
        conns.add(conn);
        return conn;
    }

    /** Something that may fail. */
    @FunctionalInterface
    interface Body {
        void run() throws Exception;
    }

    /** Lets another thread do it. */
    final <T extends @Nullable Object> ContractTask<T> go(Callable<T> body) {
        ContractTask<T> task = ContractTask.start(this::start, body);
        tasks.add(task);
        return task;
    }

    /** Lets another thread do it. */
    final ContractTask<@Nullable Void> goDo(Body body) {
        return this.<@Nullable Void>go(
                () -> {
                    body.run();
                    return null;
                });
    }

    /** Lets several threads do it, each with its number from 0. */
    final List<ContractTask<@Nullable Void>> goMany(int count, NumberedBody body) {
        List<ContractTask<@Nullable Void>> started = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            started.add(goDo(() -> body.run(number)));
        }
        return started;
    }

    /** Something that one of several threads does. */
    @FunctionalInterface
    interface NumberedBody {
        void run(int number) throws Exception;
    }

    static void joinAll(List<ContractTask<@Nullable Void>> started) throws Exception {
        for (ContractTask<@Nullable Void> task : started) {
            task.join();
        }
    }

    static byte[] randomBytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static void write(ContractConn conn, byte[] bytes) throws IOException {
        conn.write(bytes, 0, bytes.length);
    }

    /** Reads exactly that many bytes. */
    static byte[] readFully(ContractConn conn, int length) throws IOException {
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < length) {
            int count = conn.read(bytes, done, length - done);
            assertThat(count).as("bytes read after %d of %d", done, length).isPositive();
            done += count;
        }
        return bytes;
    }

    /** Reads one byte or the end of the stream (-1). */
    static int readOne(ContractConn conn) throws IOException {
        byte[] single = new byte[1];
        int count = conn.read(single, 0, 1);
        return count < 0 ? count : Byte.toUnsignedInt(single[0]);
    }

    /** Sends back what comes until the end of the stream, which it then sends too. */
    static void echo(ContractConn conn) throws IOException {
        byte[] buffer = new byte[1024];
        int count = conn.read(buffer, 0, buffer.length);
        while (count >= 0) {
            conn.write(buffer, 0, count);
            count = conn.read(buffer, 0, buffer.length);
        }
        conn.shutdownOutput();
    }

    /** Writes until somebody closes the connection or it fails. */
    static void writeForEver(ContractConn conn) throws IOException {
        byte[] chunk = new byte[64 << 10];
        while (true) {
            write(conn, chunk);
        }
    }
}
