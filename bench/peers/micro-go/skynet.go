package main

import "sync"

const (
	leaves   = 1_000_000
	children = 10
	nodes    = 1_111_111
)

// skynet is a tree of goroutines: each starts ten, a million of them are leaves, and the sum of the
// leaves' numbers comes back to the root. Each node also reports how many have run below it, so that
// the count is of goroutines that were really made.
type skynet struct{}

// tally is what a node reports.
type tally struct {
	sum   int64
	count int64
}

func (*skynet) prepare(int) {}

func (*skynet) batch() done {
	var root tally
	var ended sync.WaitGroup
	ended.Add(1)
	go node(0, leaves, &root, &ended)
	ended.Wait()
	check("sum of leaves", root.sum, int64(leaves)*(leaves-1)/2)
	check("goroutines", root.count, nodes)
	return done{operations: root.count, created: root.count}
}

func node(first, size int64, report *tally, ended *sync.WaitGroup) {
	defer ended.Done()
	if size == 1 {
		*report = tally{first, 1}
		return
	}
	var below [children]tally
	var all sync.WaitGroup
	all.Add(children)
	part := size / children
	for i := range int64(children) {
		go node(first+i*part, part, &below[i], &all)
	}
	all.Wait()
	sum := tally{0, 1}
	for _, child := range below {
		sum.sum += child.sum
		sum.count += child.count
	}
	*report = sum
}
