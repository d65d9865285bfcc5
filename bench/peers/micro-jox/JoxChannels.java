import com.softwaremill.jox.Channel;
import com.softwaremill.jox.ChannelDone;
import com.softwaremill.jox.Select;
import com.softwaremill.jox.SelectClause;
import io.weft.bench.micro.operations.Done;
import io.weft.bench.micro.operations.Program;
import io.weft.bench.micro.operations.Threads;
import io.weft.bench.micro.operations.Values;
import io.weft.bench.micro.operations.WrongResultException;
import java.util.Map;

/** The operations of channels with those of Jox, on virtual threads of the JDK. */
public final class JoxChannels {

    private static final int BUFFER_CAPACITY = 100;

    private JoxChannels() {}

    public static void main(String[] args) throws InterruptedException {
        Program.measure(
                args,
                Map.of(
                        "channel", () -> threads -> pass(threads, Channel.newRendezvousChannel()),
                        "channel-100",
                                () ->
                                        threads ->
                                                pass(
                                                        threads,
                                                        Channel.newBufferedChannel(
                                                                BUFFER_CAPACITY)),
                        "select", () -> JoxChannels::select));
    }

    /** What a sender does; a failure ends the program. */
    private interface Sending {
        void run() throws InterruptedException;
    }

    private static void start(Threads threads, Sending sending) {
        threads.start(
                () -> {
                    try {
                        sending.run();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException("micro: nobody interrupts a sender", e);
                    }
                });
    }

    private static Done pass(Threads threads, Channel<Long> values) throws InterruptedException {
        start(
                threads,
                () -> {
                    for (int i = 0; i < Values.PER_BATCH; i++) {
                        values.send(Values.at(i));
                    }
                    values.done();
                });
        long sum = 0;
        long count = 0;
        while (values.receiveOrClosed() instanceof Long value) {
            sum += value;
            count++;
        }
        if (!(values.closedForReceive() instanceof ChannelDone)) {
            throw new IllegalStateException("micro: the channel was not ended by its sender");
        }
        return Values.received(count, sum);
    }

    /** What was received so far. */
    private static final class Sums {
        private long sum;
        private long fromEvens;
    }

    /** The clauses are made once; Jox keeps what a select needs elsewhere. */
    private static Done select(Threads threads) throws InterruptedException {
        Channel<Long> evens = Channel.newRendezvousChannel();
        Channel<Long> odds = Channel.newRendezvousChannel();
        start(
                threads,
                () -> {
                    for (int i = 0; i < Values.PER_BATCH; i += 2) {
                        evens.send(Values.at(i));
                        odds.send(Values.at(i + 1));
                    }
                });
        Sums sums = new Sums();
        SelectClause<Long> even =
                evens.receiveClause(
                        value -> {
                            sums.fromEvens++;
                            return value;
                        });
        SelectClause<Long> odd = odds.receiveClause();
        for (int i = 0; i < Values.PER_BATCH; i++) {
            sums.sum += Select.select(even, odd);
        }
        WrongResultException.check(
                "values of the first channel", sums.fromEvens, Values.PER_BATCH / 2);
        return Values.received(Values.PER_BATCH, sums.sum);
    }
}
