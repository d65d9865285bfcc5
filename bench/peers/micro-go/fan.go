package main

const (
	workers       = 64
	tasksPerBatch = 20_000
	queueCapacity = 128
)

// task is a number to be squared.
type task struct {
	number int64
	square int64
}

// fan gives tasks to workers over one buffered channel and collects them from another.
type fan struct {
	tasks []task
}

func (f *fan) prepare(int) {
	f.tasks = make([]task, tasksPerBatch)
	for i := range f.tasks {
		f.tasks[i].number = int64(i)
	}
}

func (f *fan) batch() done {
	todo, finished := make(chan *task, queueCapacity), make(chan *task, queueCapacity)
	for range workers {
		go func() {
			for t := range todo {
				t.square = t.number * t.number
				finished <- t
			}
		}()
	}
	go func() {
		for i := range f.tasks {
			todo <- &f.tasks[i]
		}
		close(todo)
	}()
	var sum int64
	for range f.tasks {
		t := <-finished
		sum += t.square
		t.square = 0
	}
	last := int64(tasksPerBatch - 1)
	check("sum of squares", sum, last*(last+1)*(2*last+1)/6)
	return done{operations: tasksPerBatch, created: workers + 1}
}
