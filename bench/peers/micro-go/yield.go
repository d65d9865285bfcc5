package main

import (
	"log"
	"runtime"
	"sync"
	"sync/atomic"
)

const (
	yieldsPerBatch = 20_000
	checkedYields  = 1_000
)

// yield has two goroutines for each P, all runnable, that yield to each other.
type yield struct {
	goroutines int
}

func (y *yield) prepare(procs int) {
	y.goroutines = 2 * procs
	if procs == 1 {
		checkAlternation()
	}
}

func (y *yield) batch() done {
	each := int64(yieldsPerBatch / y.goroutines)
	counts := make([]int64, y.goroutines)
	var ended sync.WaitGroup
	for i := range y.goroutines {
		ended.Add(1)
		go func() {
			var count int64
			for range each {
				runtime.Gosched()
				count++
			}
			counts[i] = count
			ended.Done()
		}()
	}
	ended.Wait()
	var sum int64
	for _, count := range counts {
		sum += count
	}
	check("yields", sum, each*int64(y.goroutines))
	return done{operations: sum, created: int64(y.goroutines)}
}

// checkAlternation shows on one P that a yield lets the other goroutine run.
func checkAlternation() {
	var position atomic.Int64
	var ended sync.WaitGroup
	order := make([]int, 2*checkedYields)
	for i := range 2 {
		ended.Add(1)
		go func() {
			for range checkedYields {
				order[position.Add(1)-1] = i
				runtime.Gosched()
			}
			ended.Done()
		}()
	}
	ended.Wait()
	turns := 0
	for i := 1; i < len(order); i++ {
		if order[i] != order[i-1] {
			turns++
		}
	}
	if turns < checkedYields {
		log.Fatalf("only %d of %d yields let the other goroutine run", turns, 2*checkedYields)
	}
}
