package main

import (
	"fmt"
	"log"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// window says how long to warm up and to measure.
type window struct {
	procs      int
	goroutines int
	least      time.Duration
	most       time.Duration
	length     time.Duration
}

// done counts what a batch has done, and the goroutines that it has made. apart is time that it has
// spent on something else than what is measured.
type done struct {
	operations int64
	created    int64
	apart      time.Duration
}

// plus adds up two batches.
func (d done) plus(other done) done {
	return done{d.operations + other.operations, d.created + other.created, d.apart + other.apart}
}

// cost of an operation in nanoseconds, when all took so long.
func (d done) cost(elapsed time.Duration) float64 {
	return float64(elapsed-d.apart) / float64(d.operations)
}

// operation does one thing many times in a batch and checks the result of the batch.
type operation interface {
	prepare(procs int)
	batch() done
}

// further is an operation with figures that its window does not give.
type further interface {
	more(*figures, window)
}

const (
	sliceLength = 100 * time.Millisecond
	// steadyWithin is the most that two slices in a row may differ.
	steadyWithin = 0.03
)

// repeated warms an operation up until it is steady, then measures it.
func repeated(o operation) program {
	return func(result *figures, w window) {
		o.prepare(w.procs)
		warmedUp, steady := warmUp(o, w)
		cpu, allocated := cpuNanos(), allocatedBytes()
		elapsed, sum, batches := slice(o, w.length)
		cpu, allocated = cpuNanos()-cpu, allocatedBytes()-allocated
		result.number("ns_per_op", sum.cost(elapsed))
		if sum.apart == 0 {
			result.number("cpu_ns_per_op", cpu/float64(sum.operations))
			result.number("bytes_per_op", allocated/float64(sum.operations))
		}
		result.number("ops", float64(sum.operations))
		result.number("created", float64(sum.created))
		result.number("created_per_batch", float64(sum.created/batches))
		result.number("seconds", elapsed.Seconds())
		result.number("warmup_seconds", warmedUp.Seconds())
		result.number("steady", steady)
		if f, is := o.(further); is {
			f.more(result, w)
		}
	}
}

func warmUp(o operation, w window) (time.Duration, float64) {
	start := time.Now()
	previous := 0.0
	for {
		elapsed, sum, _ := slice(o, sliceLength)
		cost := sum.cost(elapsed)
		settled := math.Abs(cost-previous) <= steadyWithin*previous
		previous = cost
		past := time.Since(start)
		if settled && past >= w.least {
			return past, 1
		}
		if past >= w.most {
			return past, 0
		}
	}
}

func slice(o operation, length time.Duration) (time.Duration, done, int64) {
	var sum done
	start := time.Now()
	for batches := int64(1); ; batches++ {
		sum = sum.plus(o.batch())
		if elapsed := time.Since(start); elapsed >= length {
			return elapsed, sum, batches
		}
	}
}

// figures are printed in the order in which they were added.
type figures struct {
	pairs []string
}

func (f *figures) text(key, value string) {
	f.pairs = append(f.pairs, key+"="+value)
}

func (f *figures) number(key string, value float64) {
	f.text(key, strconv.FormatFloat(value, 'f', -1, 64))
}

// check ends the process when a result is wrong: its figure must not be used.
func check(what string, actual, expected int64) {
	if actual != expected {
		log.Fatalf("%s: %d, but %d is right", what, actual, expected)
	}
}

func cpuNanos() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	return float64(usage.Utime.Nano() + usage.Stime.Nano())
}

// allocatedBytes counts what the heap has ever given out, also what was collected since.
func allocatedBytes() float64 {
	var statistics runtime.MemStats
	runtime.ReadMemStats(&statistics)
	return float64(statistics.TotalAlloc)
}

// residentBytes is exact, unlike VmRSS, which threads update now and then.
func residentBytes() float64 { return procBytes("/proc/self/smaps_rollup", "Rss:") }

func peakResidentBytes() float64 { return procBytes("/proc/self/status", "VmHWM:") }

func procBytes(path, key string) float64 {
	text, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		var kilobytes float64
		if strings.HasPrefix(line, key) {
			if _, err := fmt.Sscan(strings.TrimPrefix(line, key), &kilobytes); err == nil {
				return kilobytes * 1024
			}
		}
	}
	log.Fatalf("no %s in %s on %s", key, path, runtime.GOOS)
	return 0
}
