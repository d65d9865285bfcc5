package main

import (
	"context"
	"time"
)

const (
	contextsBelowRoot  = 100
	contextsBelowChild = 99
)

// contextCancel cancels a tree of 10,000 contexts below a root. The operation is a tree; only its
// cancelling counts, not its building.
type contextCancel struct {
	contexts []context.Context
}

func (*contextCancel) prepare(int) {}

func (c *contextCancel) batch() done {
	start := time.Now()
	c.contexts = c.contexts[:0]
	root, cancel := context.WithCancel(context.Background())
	for range contextsBelowRoot {
		child := c.below(root)
		for range contextsBelowChild {
			c.below(child)
		}
	}
	built := time.Now()
	cancel()
	cancelled := time.Since(built)
	var count int64
	for _, ctx := range c.contexts {
		if ctx.Err() != nil {
			count++
		}
	}
	check("cancelled contexts", count, contextsBelowRoot*(1+contextsBelowChild))
	return done{operations: 1, apart: time.Since(start) - cancelled}
}

// below makes a context that ends with the one above it, never on its own.
func (c *contextCancel) below(above context.Context) context.Context {
	ctx, _ := context.WithCancel(above)
	c.contexts = append(c.contexts, ctx)
	return ctx
}
