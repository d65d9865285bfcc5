package main

import "sync"

const valuesPerBatch = 20_000

// slot holds one value or none, which 0 stands for. One goroutine puts, another takes.
type slot struct {
	lock  sync.Mutex
	moved *sync.Cond
	value int64
}

func (s *slot) put(value int64) {
	s.lock.Lock()
	for s.value != 0 {
		s.moved.Wait()
	}
	s.value = value
	s.lock.Unlock()
	s.moved.Signal()
}

func (s *slot) take() int64 {
	s.lock.Lock()
	for s.value == 0 {
		s.moved.Wait()
	}
	value := s.value
	s.value = 0
	s.lock.Unlock()
	s.moved.Signal()
	return value
}

// handOff passes values through a slot, without channels: a mutex and a condition.
type handOff struct{}

func (*handOff) prepare(int) {}

func (*handOff) batch() done {
	s := &slot{}
	s.moved = sync.NewCond(&s.lock)
	go func() {
		for value := int64(1); value <= valuesPerBatch; value++ {
			s.put(value)
		}
	}()
	var sum int64
	for range valuesPerBatch {
		sum += s.take()
	}
	check("sum of values", sum, int64(valuesPerBatch)*(valuesPerBatch+1)/2)
	return done{operations: valuesPerBatch, created: 1}
}
