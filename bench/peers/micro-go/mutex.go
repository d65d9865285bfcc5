package main

import (
	"slices"
	"sync"
	"time"
)

const (
	pairsPerBatch        = 1_000_000
	lockers              = 100
	acquisitionsPerBatch = 10_000_000
)

// mutexPairs locks and unlocks a mutex that nobody else wants. The operation is a pair.
type mutexPairs struct{}

func (*mutexPairs) prepare(int) {}

func (*mutexPairs) batch() done {
	var lock sync.Mutex
	var count int64
	for range pairsPerBatch {
		lock.Lock()
		count++
		lock.Unlock()
	}
	check("pairs", count, pairsPerBatch)
	return done{operations: pairsPerBatch}
}

// contendedMutex has many goroutines take one mutex over and over, for next to nothing, until all
// acquisitions of the batch are done. The operation is an acquisition.
type contendedMutex struct {
	lock  sync.Mutex
	count int64
}

func (*contendedMutex) prepare(int) {}

func (m *contendedMutex) batch() done {
	m.share(m.lockOften)
	return done{operations: acquisitionsPerBatch, created: lockers}
}

func (m *contendedMutex) lockOften() time.Duration {
	for more := true; more; {
		m.lock.Lock()
		more = m.next()
		m.lock.Unlock()
	}
	return 0
}

// next counts an acquisition, unless all are done. The mutex is held.
func (m *contendedMutex) next() bool {
	if m.count == acquisitionsPerBatch {
		return false
	}
	m.count++
	return true
}

// share has all lockers do the work and returns the most that any of them answers.
func (m *contendedMutex) share(work func() time.Duration) time.Duration {
	m.count = 0
	var answers [lockers]time.Duration
	var ended sync.WaitGroup
	ended.Add(lockers)
	for i := range lockers {
		go func() {
			answers[i] = work()
			ended.Done()
		}()
	}
	ended.Wait()
	check("acquisitions", m.count, acquisitionsPerBatch)
	return slices.Max(answers[:])
}

// more measures how long the longest wait for the mutex is, in a window of its own: asking the
// clock twice for each acquisition costs more than the acquisition.
func (m *contendedMutex) more(result *figures, w window) {
	m.longestWait(w.least)
	result.number("longest_wait_us", float64(m.longestWait(w.length))/1e3)
}

func (m *contendedMutex) longestWait(length time.Duration) time.Duration {
	start := time.Now()
	longest := m.share(m.lockWithClock)
	for time.Since(start) < length {
		longest = max(longest, m.share(m.lockWithClock))
	}
	return longest
}

// lockWithClock does what lockOften does and answers its longest wait.
func (m *contendedMutex) lockWithClock() time.Duration {
	var longest time.Duration
	for more := true; more; {
		asked := time.Now()
		m.lock.Lock()
		longest = max(longest, time.Since(asked))
		more = m.next()
		m.lock.Unlock()
	}
	return longest
}
