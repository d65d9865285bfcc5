package main

import "sync"

const (
	spawnsPerBatch = 10_000
	spawnsAtOnce   = 1_000
)

// spawnJoin starts goroutines one at a time and waits for each before the next.
type spawnJoin struct{}

func (*spawnJoin) prepare(int) {}

func (*spawnJoin) batch() done {
	var created int64
	for range spawnsPerBatch {
		var ended sync.WaitGroup
		ended.Add(1)
		go func() {
			created++
			ended.Done()
		}()
		ended.Wait()
	}
	check("goroutines", created, spawnsPerBatch)
	return done{operations: created, created: created}
}

// spawnBatch starts a thousand, then waits for all of them.
type spawnBatch struct {
	ran [spawnsAtOnce]int64
}

func (*spawnBatch) prepare(int) {}

func (s *spawnBatch) batch() done {
	var created int64
	for range spawnsPerBatch / spawnsAtOnce {
		var ended sync.WaitGroup
		ended.Add(spawnsAtOnce)
		for i := range spawnsAtOnce {
			go func() {
				s.ran[i]++
				ended.Done()
			}()
		}
		ended.Wait()
		for i := range spawnsAtOnce {
			created += s.ran[i]
			s.ran[i] = 0
		}
	}
	check("goroutines", created, spawnsPerBatch)
	return done{operations: created, created: created}
}
