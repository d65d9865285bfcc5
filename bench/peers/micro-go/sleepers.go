package main

import (
	"log"
	"sync/atomic"
	"time"
)

const (
	rehearsals          = 5
	rehearsedGoroutines = 20_000
	rehearsedSleep      = 100 * time.Millisecond
	sleepLeast          = time.Second
	// sleepMargin times the expected time to start all: so long do they sleep.
	sleepMargin = 6
	triesMost   = 3
)

// night is what became of goroutines that all sleep until the same instant.
type night struct {
	start         time.Duration
	wake          time.Duration
	residentBytes float64
	aliveAtOnce   int64
}

// sleepers has all goroutines asleep at once, or takes a longer night.
func sleepers(result *figures, w window) {
	// What the rehearsals leave behind is used again, so it counts; with many it is little.
	before := residentBytes()
	var perGoroutine time.Duration
	for range rehearsals {
		rehearsal := sleep(rehearsedGoroutines, rehearsedSleep)
		perGoroutine = rehearsal.start / rehearsedGoroutines
	}
	length := max(sleepLeast, sleepMargin*perGoroutine*time.Duration(w.goroutines))
	for try := range triesMost {
		n := sleep(w.goroutines, length)
		if n.aliveAtOnce == int64(w.goroutines) {
			result.number("ns_per_op", float64(n.start)/float64(w.goroutines))
			result.number("start_ms", float64(n.start)/1e6)
			result.number("wake_ms", float64(n.wake)/1e6)
			result.number("rss_bytes_per_goroutine", (n.residentBytes-before)/float64(w.goroutines))
			result.number("alive_at_once", float64(n.aliveAtOnce))
			result.number("created", float64(w.goroutines))
			result.number("tries", float64(try+1))
			result.number("steady", 1)
			return
		}
		length *= 2
	}
	log.Fatalf("in %d tries not all of %d goroutines slept at once", triesMost, w.goroutines)
}

func sleep(goroutines int, length time.Duration) night {
	var asleep, woken atomic.Int64
	allAsleep, allWoken := make(chan struct{}), make(chan struct{})
	all := int64(goroutines)
	start := time.Now()
	deadline := start.Add(length)
	for range goroutines {
		go func() {
			if asleep.Add(1) == all {
				close(allAsleep)
			}
			time.Sleep(time.Until(deadline))
			if woken.Add(1) == all {
				close(allWoken)
			}
		}()
	}
	<-allAsleep
	result := night{start: time.Since(start), aliveAtOnce: all - woken.Load()}
	result.residentBytes = residentBytes()
	<-allWoken
	result.wake = time.Since(deadline)
	check("goroutines that woke", woken.Load(), all)
	return result
}
