// A thread of the load: its share of the connections, and what it has counted.
#ifndef WORKER_H
#define WORKER_H

#include "histogram.h"
#include "load.h"

// On cache lines of its own, since neighbours belong to different threads.
struct connection {
	_Alignas(64) int fd;
	uint32_t send_phase;
	uint32_t receive_phase;
	size_t unsent;     // bytes that are due and that the kernel has not taken
	size_t partial;    // bytes of a message whose echo is not whole yet
	uint64_t received; // messages whose echo came back whole
	uint64_t due;      // open loop: messages whose instant has come
	uint64_t stale;    // open loop: messages of an earlier schedule that are not back
	uint64_t admitted; // open loop: messages handed to the socket or to `unsent`
};

// Connection i of all belongs to worker i modulo the number of threads.
struct worker {
	const struct options *options;
	int index;
	int epoll;
	struct connection *all;
	uint64_t *sent_at;         // closed loop: instants, `depth` for each connection of all
	uint64_t paused_at;        // closed loop: when it last stopped to receive
	uint64_t messages;         // whole echoes in the window
	uint64_t due;              // open loop: messages whose instant came in the window
	uint64_t unanswered;       // open loop: messages that never came back
	bool unsent;               // open loop: messages were due, and it was too late to send them
	bool blocked;              // open loop: a message waited for OUTSTANDING_MOST to fall
	struct histogram latency;
	struct histogram lateness; // open loop: the generator's own delay before a send
};

uint64_t now_nanos(void);

// worker.c
void join_epoll(struct worker *worker, struct connection *connection);
void send_unsent(struct connection *connection);
size_t receive_some(struct connection *connection, size_t size, bool *more);

// closed.c
void start_closed_loop(struct worker *worker);
void run_closed_loop(struct worker *worker, double seconds);

// open.c; the schedule begins at `origin`, the same for all workers
void run_open_loop(struct worker *worker, uint64_t origin, double seconds);

#endif
