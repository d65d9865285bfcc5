import io.weft.bench.micro.operations.Done
import io.weft.bench.micro.operations.Operation
import io.weft.bench.micro.operations.Program
import io.weft.bench.micro.operations.Values
import io.weft.bench.micro.operations.WrongResultException
import java.util.function.Supplier
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.selects.select

private const val BUFFER_CAPACITY = 100

/**
 * The operations of channels with those of kotlinx.coroutines. Both coroutines of a batch run on
 * Dispatchers.Default, which properties on the command line narrow; the thread that measures only
 * waits for the end of the batch.
 */
fun main(arguments: Array<String>) {
    Program.measure(
        arguments,
        mapOf(
            "channel" to Supplier { Operation { pass(Channel.RENDEZVOUS) } },
            "channel-100" to Supplier { Operation { pass(BUFFER_CAPACITY) } },
            "select" to Supplier { Operation { twoWaySelect() } },
        ),
    )
}

private fun pass(capacity: Int): Done =
    runBlocking(Dispatchers.Default) {
        val values = Channel<Long?>(capacity)
        launch {
            for (i in 0 until Values.PER_BATCH) {
                values.send(Values.at(i))
            }
            values.close()
        }
        var sum = 0L
        var count = 0L
        for (value in values) {
            sum += value!!
            count++
        }
        Values.received(count, sum)
    }

private fun twoWaySelect(): Done =
    runBlocking(Dispatchers.Default) {
        val evens = Channel<Long?>(Channel.RENDEZVOUS)
        val odds = Channel<Long?>(Channel.RENDEZVOUS)
        launch {
            for (i in 0 until Values.PER_BATCH step 2) {
                evens.send(Values.at(i))
                odds.send(Values.at(i + 1))
            }
        }
        var sum = 0L
        var fromEvens = 0L
        repeat(Values.PER_BATCH) {
            sum +=
                select<Long> {
                    evens.onReceive { value ->
                        fromEvens++
                        value!!
                    }
                    odds.onReceive { value -> value!! }
                }
        }
        WrongResultException.check("values of the first channel", fromEvens, Values.PER_BATCH / 2L)
        Values.received(Values.PER_BATCH.toLong(), sum)
    }
