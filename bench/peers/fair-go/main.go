// Timers, and an echo beside work that does not rest: the parts of the Java package
// io.weft.bench.fairness.programs, with the same counts, the same warm-up and the same figures.
//
// Prints one line of key=value figures; serve and idle go on until standard input ends.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// options of all parts; each uses those that it needs.
type options struct {
	sleep   time.Duration
	warmup  time.Duration
	length  time.Duration
	timers  int
	loops   int
	blocked int
	yielded int
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("fair-go: ")
	parts := map[string]func(options){
		"sleep": sleep,
		"reset": reset,
		"armed": armed,
		"idle":  idle,
		"serve": serve,
	}
	part := flag.String("part", "", "sleep, reset, armed, idle or serve")
	procs := flag.Int("procs", 2, "GOMAXPROCS")
	nanos := flag.Int("nanos", 50_000, "length of a sleep")
	warmup := flag.Int("warmup-millis", 300, "before the window")
	millis := flag.Int("millis", 1000, "length of the measured window")
	timers := flag.Int("timers", 1, "how many are armed at once")
	loops := flag.Int("loops", 0, "goroutines that compute for ever")
	blockers := flag.Int("blockers", 0, "goroutines that block in the kernel for 100 ms at a time")
	yielders := flag.Int("yielders", 0, "goroutines that compute for 100 us and yield, for ever")
	flag.Parse()
	run, known := parts[*part]
	if !known || *procs < 1 || *timers < 1 {
		log.Fatal("wrong arguments; --part is sleep, reset, armed, idle or serve")
	}
	runtime.GOMAXPROCS(*procs)
	run(options{
		sleep:   time.Duration(*nanos),
		warmup:  time.Duration(*warmup) * time.Millisecond,
		length:  time.Duration(*millis) * time.Millisecond,
		timers:  *timers,
		loops:   *loops,
		blocked: *blockers,
		yielded: *yielders,
	})
}

// figures are printed in the order in which they were added.
type figures struct {
	pairs []string
}

func (f *figures) number(key string, value float64) {
	f.pairs = append(f.pairs, key+"="+strconv.FormatFloat(value, 'f', -1, 64))
}

func (f *figures) print() {
	fmt.Println(strings.Join(f.pairs, " "))
}

// rest waits for the end of standard input, in a system call, so that it costs nothing.
func rest() {
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
	}
}

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
	log.Fatalf("no %s in %s", key, path)
	return 0
}
