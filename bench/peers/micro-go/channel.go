package main

const (
	sentPerBatch = 100_000
	// distinctValues are sent over and over: in Java each is boxed once, before it is measured.
	distinctValues = 1_024
)

// channel has one goroutine send values to another. The operation is a value.
type channel struct {
	capacity int
}

func (*channel) prepare(int) {}

func (c *channel) batch() done {
	values := make(chan int64, c.capacity)
	go func() {
		for i := range int64(sentPerBatch) {
			values <- i % distinctValues
		}
		close(values)
	}()
	var sum, count int64
	for value := range values {
		sum += value
		count++
	}
	check("values", count, sentPerBatch)
	check("sum of values", sum, sumSent())
	return done{operations: sentPerBatch, created: 1}
}

// twoWaySelect has one goroutine send on two unbuffered channels in turn, and another receive by
// select from both. With one sender who waits for whom does not depend on what select prefers, so
// that it is the same in all runtimes. The operation is a value.
type twoWaySelect struct{}

func (*twoWaySelect) prepare(int) {}

func (*twoWaySelect) batch() done {
	evens, odds := make(chan int64), make(chan int64)
	go func() {
		for i := int64(0); i < sentPerBatch; i += 2 {
			evens <- i % distinctValues
			odds <- (i + 1) % distinctValues
		}
	}()
	var sum, fromEvens int64
	for range sentPerBatch {
		select {
		case value := <-evens:
			sum += value
			fromEvens++
		case value := <-odds:
			sum += value
		}
	}
	check("values of the first channel", fromEvens, sentPerBatch/2)
	check("sum of values", sum, sumSent())
	return done{operations: sentPerBatch, created: 1}
}

// sumSent adds up what a batch sends.
func sumSent() int64 {
	full, rest := int64(sentPerBatch/distinctValues), int64(sentPerBatch%distinctValues)
	return full*distinctValues*(distinctValues-1)/2 + rest*(rest-1)/2
}
