// Microbenchmarks of goroutines: the operations of the Java package io.weft.bench.micro.operations,
// with the same counts, the same warm-up and the same checks.
//
// Prints one line of key=value figures; a wrong result ends it with status 1.
package main

import (
	"flag"
	"fmt"
	"log"
	"runtime"
	"sort"
	"strings"
	"time"
)

// program measures one operation.
type program func(*figures, window)

func main() {
	log.SetFlags(0)
	log.SetPrefix("micro-go: ")
	programs := map[string]program{
		"yield":          repeated(&yield{}),
		"park":           repeated(&park{}),
		"spawn-join":     repeated(&spawnJoin{}),
		"spawn-batch":    repeated(&spawnBatch{}),
		"hand-off":       repeated(&handOff{}),
		"fan":            repeated(&fan{}),
		"skynet":         repeated(&skynet{}),
		"sleepers":       sleepers,
		"channel":        repeated(&channel{capacity: 0}),
		"channel-100":    repeated(&channel{capacity: 100}),
		"select":         repeated(&twoWaySelect{}),
		"mutex":          repeated(&mutexPairs{}),
		"mutex-100":      repeated(&contendedMutex{}),
		"context-cancel": repeated(&contextCancel{}),
	}
	names := make([]string, 0, len(programs))
	for name := range programs {
		names = append(names, name)
	}
	sort.Strings(names)

	operation := flag.String("operation", "", "one of "+strings.Join(names, ", "))
	procs := flag.Int("procs", 1, "GOMAXPROCS")
	goroutines := flag.Int("goroutines", 1_000_000, "how many sleep at once")
	least := flag.Int("warmup-least-millis", 300, "least warm-up")
	most := flag.Int("warmup-most-millis", 3000, "most warm-up")
	millis := flag.Int("millis", 500, "length of the measured window")
	flag.Parse()
	measure, known := programs[*operation]
	if !known || *procs < 1 || *goroutines < 1 {
		log.Fatalf("wrong arguments; --operation is one of %s", strings.Join(names, ", "))
	}
	runtime.GOMAXPROCS(*procs)

	result := &figures{}
	result.text("operation", *operation)
	result.text("version", runtime.Version())
	measure(result, window{
		procs:      *procs,
		goroutines: *goroutines,
		least:      time.Duration(*least) * time.Millisecond,
		most:       time.Duration(*most) * time.Millisecond,
		length:     time.Duration(*millis) * time.Millisecond,
	})
	result.number("peak_rss_bytes", peakResidentBytes())
	result.number("cpu_seconds", cpuNanos()/1e9)
	fmt.Println(strings.Join(result.pairs, " "))
}
