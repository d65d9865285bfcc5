package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"
)

const (
	far            = time.Hour
	resetsPerBatch = 10_000
	sleepsMost     = 1 << 20
)

// sleep tells by how much one goroutine oversleeps.
func sleep(o options) {
	overshoots := make([]time.Duration, 0, sleepsMost)
	sleepFor(o.sleep, o.warmup, overshoots)
	overshoots = sleepFor(o.sleep, o.length, overshoots)
	early := 0
	for _, overshoot := range overshoots {
		if overshoot < 0 {
			early++
		}
	}
	slices.Sort(overshoots)
	at := func(share float64) float64 {
		return float64(overshoots[int(share*float64(len(overshoots)-1))]) / 1e3
	}
	result := &figures{}
	result.number("sleeps", float64(len(overshoots)))
	result.number("early", float64(early))
	result.number("over_p50_us", at(0.5))
	result.number("over_p90_us", at(0.9))
	result.number("over_p99_us", at(0.99))
	result.number("over_max_us", at(1))
	result.print()
}

func sleepFor(each, length time.Duration, overshoots []time.Duration) []time.Duration {
	start := time.Now()
	for len(overshoots) < cap(overshoots) {
		before := time.Now()
		time.Sleep(each)
		after := time.Now()
		overshoots = append(overshoots, after.Sub(before)-each)
		if after.Sub(start) >= length {
			break
		}
	}
	return overshoots
}

// reset tells what it costs to move an armed timer that never fires.
func reset(o options) {
	timers := make([]*time.Timer, o.timers)
	for i := range timers {
		timers[i] = time.AfterFunc(far, func() {})
	}
	resetFor(timers, o.warmup)
	result := &figures{}
	elapsed, resets := resetFor(timers, o.length)
	result.number("ns_per_op", float64(elapsed)/float64(resets))
	result.number("ops", float64(resets))
	result.print()
}

func resetFor(timers []*time.Timer, length time.Duration) (time.Duration, int) {
	start := time.Now()
	next := 0
	for resets := resetsPerBatch; ; resets += resetsPerBatch {
		for range resetsPerBatch {
			timers[next].Reset(far)
			next++
			if next == len(timers) {
				next = 0
			}
		}
		if elapsed := time.Since(start); elapsed >= length {
			return elapsed, resets
		}
	}
}

// armed tells how much memory an armed timer takes. The slots that keep them are not counted.
func armed(o options) {
	warm := arm(make([]*time.Timer, o.timers/10+1))
	for _, timer := range warm {
		timer.Stop()
	}
	timers := make([]*time.Timer, o.timers)
	for i := range timers {
		// Touched, so that its pages are there before.
		timers[i] = warm[0]
	}
	heap, resident := live(), residentBytes()
	arm(timers)
	result := &figures{}
	result.number("heap_bytes_per_timer", (live()-heap)/float64(o.timers))
	result.number("rss_bytes_per_timer", (residentBytes()-resident)/float64(o.timers))
	result.number("timers", float64(o.timers))
	runtime.KeepAlive(timers)
	runtime.KeepAlive(warm)
	result.print()
}

func arm(timers []*time.Timer) []*time.Timer {
	for i := range timers {
		timers[i] = time.AfterFunc(far, func() {})
	}
	return timers
}

// live is the heap after collections; the second finds what the first has ended.
func live() float64 {
	runtime.GC()
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return float64(memory.HeapAlloc)
}

func residentBytes() float64 { return procBytes("/proc/self/smaps_rollup", "Rss:") }

// idle has armed timers and nothing to do until it is told to end.
func idle(o options) {
	timers := arm(make([]*time.Timer, o.timers))
	fmt.Printf("ready pid=%d\n", os.Getpid())
	rest()
	runtime.KeepAlive(timers)
}
