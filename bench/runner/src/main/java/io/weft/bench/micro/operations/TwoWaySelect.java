package io.weft.bench.micro.operations;

import io.weft.sync.Chan;
import io.weft.sync.Select;
import java.util.Objects;

/**
 * One thread sends on two unbuffered channels of Weft in turn, another receives by select from
 * both. With one sender who waits for whom does not depend on what a select prefers, so that it is
 * the same in all runtimes. The operation is a value.
 */
final class TwoWaySelect implements Operation {

    @Override
    public Done batch(Threads threads) throws InterruptedException {
        Chan<Long> evens = Chan.unbuffered();
        Chan<Long> odds = Chan.unbuffered();
        threads.start(() -> send(evens, odds));
        Select select = new Select();
        int even = select.receive(evens);
        select.receive(odds);
        long sum = 0;
        long fromEvens = 0;
        for (int i = 0; i < Values.PER_BATCH; i++) {
            if (select.await() == even) {
                sum += Objects.requireNonNull(select.received(evens));
                fromEvens++;
            } else {
                sum += Objects.requireNonNull(select.received(odds));
            }
        }
        WrongResultException.check("values of the first channel", fromEvens, Values.PER_BATCH / 2);
        return Values.received(Values.PER_BATCH, sum);
    }

    private static void send(Chan<Long> evens, Chan<Long> odds) {
        try {
            for (int i = 0; i < Values.PER_BATCH; i += 2) {
                evens.send(Values.at(i));
                odds.send(Values.at(i + 1));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("micro: nobody interrupts a sender", e);
        }
    }
}
