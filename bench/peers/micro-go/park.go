package main

import (
	"sync"
	_ "unsafe" // for go:linkname
)

const turnsPerBatch = 20_000

// semacquire and semrelease are the runtime's semaphore, on which sync.Mutex and sync.WaitGroup
// park. With a count of 0 and 1 it is what LockSupport's permit is, one word and one waiter, and so
// the nearest to park and unpark that Go has. There is no public name for it; these two may be
// linked to, since others depend on them (go.dev/issue/67401).
//
//go:linkname semacquire sync.runtime_Semacquire
func semacquire(count *uint32)

//go:linkname semrelease sync.runtime_Semrelease
func semrelease(count *uint32, handoff bool, skipframes int)

// park has two goroutines that take turns. The operation is a turn: one wake-up and one wait.
type park struct{}

func (*park) prepare(int) {}

func (*park) batch() done {
	var permits [2]uint32
	var turns [2]int64
	var ended sync.WaitGroup
	for i := range 2 {
		ended.Add(1)
		go func() {
			for range turnsPerBatch / 2 {
				semacquire(&permits[i])
				turns[i]++
				semrelease(&permits[1-i], false, 0)
			}
			ended.Done()
		}()
	}
	semrelease(&permits[0], false, 0)
	ended.Wait()
	check("turns", turns[0]+turns[1], turnsPerBatch)
	return done{operations: turnsPerBatch, created: 2}
}
