/*
 * A chat server with rooms, in plain blocking code.
 *
 *     client ──▶ reader ──▶ joins, leaves, says ──▶ room ──▶ outbox ──▶ writer ──▶ client
 *
 * It shows
 *   - two goroutines for a connection, one that reads and one that writes, and both just wait;
 *   - one goroutine for a room, which owns its members: a select over who joins, who leaves and
 *     what is said, and no lock;
 *   - that a room waits for nobody: who reads so slowly that his outbox is full is dropped;
 *   - a graceful end: SIGTERM shuts down the runtime, and its lifetime ends everything here.
 *
 * Run it, and talk to it: first your name, then /join ROOM, what you have to say, and /quit.
 *
 *     ./weft run examples/ChatServer.java --port 7000
 *     nc 127.0.0.1 7000
 *
 * Or have it check itself, with several clients:
 *
 *     ./weft run examples/ChatServer.java --self-test
 */

import io.weft.Weft;
import io.weft.net.ConnOptions;
import io.weft.net.ConnectOptions;
import io.weft.net.Deadline;
import io.weft.net.TcpConn;
import io.weft.net.TcpListener;
import io.weft.sync.CancelContext;
import io.weft.sync.CancelledException;
import io.weft.sync.Chan;
import io.weft.sync.Context;
import io.weft.sync.ErrGroup;
import io.weft.sync.Select;
import io.weft.sync.Semaphore;
import io.weft.sync.WaitGroup;
import java.nio.channels.ClosedChannelException;

static final int CLIENTS_MAX = 1_000;
static final int ROOMS_MAX = 100;
static final int LINE_BYTES_MAX = 1_024;

/** So many lines wait for a client, beside what the kernel keeps for it. */
static final int OUTBOX_LINES = 64;

static final int SEND_BUFFER_BYTES = 16 << 10;

/** How long a client may take for its last lines. */
static final Duration FAREWELL = Duration.ofSeconds(2);

final Semaphore places = new Semaphore(CLIENTS_MAX);
final Map<String, Room> rooms = new HashMap<>();

/** All that serves ends when this is done. */
Context lifetime = Weft.runtime().lifetime();

void main(String[] args) throws Exception {
    if (args.length == 1 && args[0].equals("--self-test")) {
        Weft.<Exception>run(this::testItself);
    } else if (args.length == 2 && args[0].equals("--port")) {
        TcpListener listener = TcpListener.bind(new InetSocketAddress(Integer.parseInt(args[1])));
        Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown));
        IO.println("listening on " + listener.localAddress());
        Weft.run(() -> accept(listener));
    } else {
        System.err.println("Usage: ./weft run examples/ChatServer.java --port PORT | --self-test");
        System.exit(64);
    }
}

void shutDown() {
    boolean ended = Weft.shutdown(FAREWELL.multipliedBy(2));
    IO.println(ended ? "everybody has left" : "some were cut off");
}

void accept(TcpListener listener) throws IOException {
    lifetime.afterDone(listener::close);
    try {
        while (true) {
            TcpConn conn = listener.accept();
            if (places.tryAcquire(1)) {
                Weft.go(() -> serve(new Client(conn)));
            } else {
                conn.close();
            }
        }
    } catch (ClosedChannelException e) {
        // the lifetime is over
    }
}

/** Writes to the client, and starts who listens to it. */
void serve(Client client) {
    Context.Registration end = lifetime.afterDone(client::endInput);
    try {
        Weft.go(() -> listenTo(client));
        client.writeAll();
    } finally {
        end.stop();
        places.release(1);
    }
}

void listenTo(Client client) {
    String reason = "goodbye";
    try {
        obey(client);
    } catch (IOException e) {
        reason = e.getMessage();
    } catch (InterruptedException | CancelledException e) {
        // the lifetime is over, and the rooms end as well
    } finally {
        client.tell("* " + (lifetime.isDone() ? "the server ends" : reason));
        client.hasLeft.close();
    }
}

void obey(Client client) throws IOException, InterruptedException {
    client.name = client.readLine();
    Room room = null;
    try {
        for (String line = client.readLine(); !line.equals("/quit"); line = client.readLine()) {
            if (line.startsWith("/join ")) {
                leave(room, client);
                room = room(line.substring("/join ".length()));
                room.joins.send(client, lifetime);
            } else if (room == null) {
                client.tell("* first /join ROOM");
            } else {
                room.says.send(client.name + ": " + line, lifetime);
            }
        }
    } finally {
        leave(room, client);
    }
}

void leave(Room room, Client client) throws InterruptedException {
    if (room != null) {
        room.leaves.send(client, lifetime);
    }
}

synchronized Room room(String name) throws IOException {
    if (rooms.size() == ROOMS_MAX && !rooms.containsKey(name)) {
        throw new IOException("there are " + ROOMS_MAX + " rooms: join one of them");
    }
    return rooms.computeIfAbsent(name, absent -> new Room(lifetime));
}

/**
 * Its channels have no buffer: a send returns when the room has it, so that what one client does
 * happens in that order.
 */
static final class Room {

    final Chan<Client> joins = Chan.unbuffered();
    final Chan<Client> leaves = Chan.unbuffered();
    final Chan<String> says = Chan.unbuffered();

    /** Known to the goroutine of the room only. */
    private final Set<Client> members = new LinkedHashSet<>();

    Room(Context lifetime) {
        Weft.go(() -> run(lifetime));
    }

    private void run(Context lifetime) {
        Select select = new Select();
        select.receive(joins); // case 0
        select.receive(leaves); // case 1
        select.receive(says); // case 2
        select.receive(lifetime.done()); // case 3
        try {
            for (int chosen = select.await(); chosen < 3; chosen = select.await()) {
                switch (chosen) {
                    case 0 -> join(select.received(joins));
                    case 1 -> leave(select.received(leaves));
                    default -> tellAll(select.received(says));
                }
            }
        } catch (InterruptedException e) {
            // as when the lifetime is over
        }
    }

    private void join(Client client) {
        members.add(client);
        tellAll("* " + client.name + " joins");
    }

    private void leave(Client client) {
        if (members.remove(client)) { // else it was dropped before
            tellAll("* " + client.name + " leaves");
        }
    }

    private void tellAll(String line) {
        List<Client> slow = members.stream().filter(member -> !member.tell(line)).toList();
        for (Client client : slow) {
            members.remove(client);
            Weft.go(client.conn::close); // it waits for calls under way, and the room for nobody
        }
        slow.forEach(client -> tellAll("* " + client.name + " does not read, and is dropped"));
    }
}

/** A connection, and the lines that wait for it. */
static final class Client {

    final TcpConn conn;
    final Chan<Void> hasLeft = Chan.unbuffered();
    private final Chan<String> outbox = Chan.buffered(OUTBOX_LINES);
    private final InputStream in;
    String name = "";

    Client(TcpConn conn) {
        this.conn = conn;
        in = new BufferedInputStream(conn.inputStream(), LINE_BYTES_MAX);
    }

    /** Never waits; false when the outbox is full. */
    boolean tell(String line) {
        return outbox.trySend(line);
    }

    String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.size() == LINE_BYTES_MAX) {
                throw new EOFException(c < 0 ? "goodbye" : "this line is too long");
            }
            line.write(c);
        }
        return line.toString(StandardCharsets.UTF_8).strip();
    }

    /** Until the client has left, and then what is still there. Closes the connection. */
    void writeAll() {
        Select select = new Select();
        int line = select.receive(outbox);
        select.receive(hasLeft);
        try (conn) {
            conn.setSendBufferSize(SEND_BUFFER_BYTES);
            while (select.await() == line) {
                write(select.received(outbox));
            }
            conn.setWriteDeadline(Deadline.after(FAREWELL));
            for (String last = outbox.tryReceive(); last != null; last = outbox.tryReceive()) {
                write(last);
            }
        } catch (IOException | InterruptedException e) {
            // it is gone, which who listens to it learns from the close
        }
    }

    private void write(String line) throws IOException {
        conn.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** So that who listens to it comes to the end, while its last lines are written. */
    void endInput() {
        try {
            conn.shutdownInput();
        } catch (IOException e) {
            // it is closed already
        }
    }
}

// From here on: the self-test.

static final List<String> NAMES = List.of("ann", "bob", "eve");
static final int SAID_BY_EACH = 50;
static final int HEARD_BY_EACH = SAID_BY_EACH * NAMES.size();

/** So often somebody speaks until the one who does not read must be dropped. */
static final int SAID_MAX = 10_000;

void testItself() throws Exception {
    TcpListener listener =
            TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    try (CancelContext test = Context.background().withTimeout(Duration.ofSeconds(30));
            CancelContext serving = Context.background().withCancel();
            ErrGroup group = ErrGroup.in(test)) {
        lifetime = serving;
        group.go(() -> accept(listener));
        group.go(
                () -> {
                    testRooms(listener.localAddress());
                    testSlowReader(listener.localAddress(), serving);
                });
        group.await();
    }
    IO.println("the server has ended");
}

/** Two rooms: all members of one hear the same, which is what each of them has said, in order. */
void testRooms(InetSocketAddress server) throws Exception {
    Map<String, List<String>> heard = new ConcurrentHashMap<>();
    WaitGroup joined = new WaitGroup();
    joined.add(2 * NAMES.size());
    try (ErrGroup group = ErrGroup.in(Context.current())) {
        for (String room : List.of("red", "blue")) {
            for (String name : NAMES) {
                group.go(() -> heard.put(room + name, talk(server, room, room + name, joined)));
            }
        }
        group.await();
    }
    for (String room : List.of("red", "blue")) {
        List<String> lines = heard.get(room + "ann");
        check(lines.size() == HEARD_BY_EACH, "so many lines were heard: " + lines.size());
        for (String name : NAMES) {
            List<String> said = said(room + name).toList();
            check(lines.stream().filter(said::contains).toList().equals(said), "another order");
            check(heard.get(room + name).equals(lines), name + " has heard something else");
        }
    }
    IO.println("what is said in a room is heard there, by all and in one order");
}

static Stream<String> said(String name) {
    return IntStream.range(0, SAID_BY_EACH).mapToObj(n -> name + ": " + n);
}

/** Says one line after the other, each when it has heard the one before. */
List<String> talk(InetSocketAddress server, String room, String name, WaitGroup joined)
        throws Exception {
    try (Guest guest = new Guest(server, name, room, 1 << 16)) {
        joined.done();
        joined.await();
        for (int n = 0; n < SAID_BY_EACH; n++) {
            guest.say(String.valueOf(n));
            guest.hearUntil(name + ": " + n);
        }
        while (guest.heard.size() < HEARD_BY_EACH) {
            guest.hear();
        }
        guest.say("/quit");
        guest.hearUntil("* goodbye");
        return guest.heard;
    }
}

void testSlowReader(InetSocketAddress server, CancelContext serving) throws Exception {
    try (Guest talker = new Guest(server, "ann", "slow", 1 << 16);
            Guest sleeper = new Guest(server, "rip", "slow", 1 << 12)) {
        String line = "z".repeat(LINE_BYTES_MAX / 2);
        boolean dropped = false;
        for (int said = 0; !dropped; said++) {
            check(said < SAID_MAX, sleeper.name + " is not dropped");
            talker.say(line);
            String answer = talker.hear();
            while (!answer.equals("ann: " + line)) {
                dropped |= answer.equals("* rip does not read, and is dropped");
                answer = talker.hear();
            }
        }
        IO.println("who does not read is dropped, and the others talk on");
        serving.cancel();
        talker.hearUntil("* the server ends");
    }
}

/** A client. */
static final class Guest implements AutoCloseable {

    final String name;

    /** What was said, without what the server says. */
    final List<String> heard = new ArrayList<>();

    private final TcpConn conn;
    private final BufferedReader in;

    Guest(InetSocketAddress server, String name, String room, int receiveBufferBytes)
            throws IOException {
        this.name = name;
        ConnOptions options = ConnOptions.defaults().withReceiveBufferBytes(receiveBufferBytes);
        conn = TcpConn.connect(server, ConnectOptions.defaults().withConnection(options));
        in = new BufferedReader(new InputStreamReader(conn.inputStream(), StandardCharsets.UTF_8));
        say(name);
        say("/join " + room);
        hearUntil("* " + name + " joins");
    }

    void say(String line) throws IOException {
        conn.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    String hear() throws IOException {
        String line = in.readLine();
        check(line != null, "the server has hung up on " + name);
        if (!line.startsWith("*")) {
            heard.add(line);
        }
        return line;
    }

    void hearUntil(String line) throws IOException {
        while (!hear().equals(line)) {
            // hear() keeps it
        }
    }

    @Override
    public void close() {
        conn.close();
    }
}

static void check(boolean holds, String otherwise) {
    if (!holds) {
        throw new AssertionError(otherwise);
    }
}
