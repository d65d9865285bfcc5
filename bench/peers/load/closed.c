// Closed loop: every connection keeps `depth` messages in flight and sends the next one when an
// echo has come back whole. A message's latency runs from its send to its whole echo.

#define _GNU_SOURCE
#include "worker.h"

#include <errno.h>
#include <sys/epoll.h>

enum { BATCH = 512, SILENCE_MILLIS = 10 * 1000 };

// A stretch of time in which the loop runs, after a pause in which it did not.
struct window {
	uint64_t start;
	uint64_t pause;
};

// The echo of message k makes room for message k + depth, which takes its place in `sent_at`. The
// pause is taken out of the time of a message that was under way in it. Leaving such messages out
// would favour the quick ones.
static void complete(struct worker *w, struct connection *c, size_t whole, struct window window) {
	size_t depth = (size_t)w->options->depth;
	uint64_t *sent_at = w->sent_at + (size_t)(c - w->all) * depth;
	uint64_t now = now_nanos();
	for (size_t i = 0; i < whole; i++) {
		uint64_t *at = &sent_at[c->received++ % depth];
		record(&w->latency, now - *at - (*at < window.start ? window.pause : 0));
		*at = now;
	}
	c->unsent += whole * w->options->size;
	w->messages += whole;
}

static void serve(struct worker *w, const struct epoll_event *event, struct window window) {
	struct connection *c = event->data.ptr;
	bool more = (event->events & (EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP)) != 0;
	while (more) {
		size_t whole = receive_some(c, w->options->size, &more);
		if (whole > 0)
			complete(w, c, whole, window);
	}
	send_unsent(c);
}

void start_closed_loop(struct worker *w) {
	const struct options *options = w->options;
	for (int i = w->index; i < options->connections; i += options->threads) {
		struct connection *c = &w->all[i];
		uint64_t now = now_nanos();
		for (int d = 0; d < options->depth; d++)
			w->sent_at[i * options->depth + d] = now;
		c->unsent = options->size * (size_t)options->depth;
		send_unsent(c);
	}
	w->paused_at = now_nanos();
}

void run_closed_loop(struct worker *w, double seconds) {
	static __thread struct epoll_event events[BATCH];
	uint64_t start = now_nanos();
	struct window window = {.start = start, .pause = start - w->paused_at};
	uint64_t end = start + (uint64_t)(seconds * 1e9);
	while (now_nanos() < end) {
		int n = epoll_wait(w->epoll, events, BATCH, SILENCE_MILLIS);
		if (n == 0)
			die_saying("no echo for 10 seconds");
		if (n < 0 && errno != EINTR)
			die("epoll_wait");
		for (int i = 0; i < n; i++)
			serve(w, &events[i], window);
	}
	w->paused_at = now_nanos();
}
