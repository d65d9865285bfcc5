// Open loop: messages are due at evenly spaced instants, over the connections in turn, and are sent
// then whether or not earlier ones have come back. A message's latency runs from its instant, so
// that a stall of the server is in the latency of every message that was due meanwhile.
//
// Message r of connection i is due at origin + (r * connections + i) / rate: an instant is computed
// and never stored.

#define _GNU_SOURCE
#include "worker.h"

#include <errno.h>
#include <sys/epoll.h>

enum {
	BATCH = 64,
	OUTSTANDING_MOST = 1024, // messages of a connection without their echo
	DRAIN_SECONDS = 3,       // that are waited for the last echoes
	LATE_MILLIS_MOST = 100   // after the end that messages are still sent
};

struct schedule {
	uint64_t origin;
	double interval;      // nanoseconds between two messages of all
	uint64_t end;         // no message is due from here on
	uint64_t last_send;   // none is sent from here on
	uint64_t round;       // the next message of this worker
	int connection;
	uint64_t outstanding; // messages that were due and are not back
};

static uint64_t instant(const struct worker *w, const struct schedule *s, uint64_t round, int i) {
	double before = (double)(round * (uint64_t)w->options->connections + (uint64_t)i);
	return s->origin + (uint64_t)(before * s->interval);
}

static uint64_t next_instant(const struct worker *w, const struct schedule *s) {
	return instant(w, s, s->round, s->connection);
}

static void admit(struct worker *w, struct connection *c) {
	while (c->admitted < c->due) {
		if (c->admitted - c->received >= OUTSTANDING_MOST) {
			w->blocked = true;
			break;
		}
		c->admitted++;
		c->unsent += w->options->size;
	}
	send_unsent(c);
}

static void send_due(struct worker *w, struct schedule *s) {
	for (;;) {
		uint64_t at = next_instant(w, s);
		uint64_t now = now_nanos();
		if (at > now || at >= s->end || now >= s->last_send)
			return;
		record(&w->lateness, now - at);
		struct connection *c = &w->all[s->connection];
		c->due++;
		w->due++;
		s->outstanding++;
		admit(w, c);
		s->connection += w->options->threads;
		if (s->connection >= w->options->connections) {
			s->connection = w->index;
			s->round++;
		}
	}
}

static void complete(struct worker *w, struct schedule *s, struct connection *c, size_t whole) {
	uint64_t now = now_nanos();
	for (; c->stale > 0 && whole > 0; whole--)
		c->stale--;
	for (size_t i = 0; i < whole; i++)
		record(&w->latency, now - instant(w, s, c->received++, (int)(c - w->all)));
	s->outstanding -= whole;
	w->messages += whole;
}

static void serve(struct worker *w, struct schedule *s, const struct epoll_event *event) {
	struct connection *c = event->data.ptr;
	bool more = (event->events & (EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP)) != 0;
	while (more) {
		size_t whole = receive_some(c, w->options->size, &more);
		if (whole > 0)
			complete(w, s, c, whole);
		send_due(w, s);
	}
	admit(w, c);
}

// Without --sleepy it never sleeps, so that waking up is not in the latencies.
static int await(struct worker *w, const struct schedule *s, struct epoll_event *events) {
	if (!w->options->sleepy)
		return epoll_wait(w->epoll, events, BATCH, 0);
	uint64_t now = now_nanos();
	uint64_t at = next_instant(w, s);
	uint64_t rest = at >= s->end ? 1000000 : at > now ? at - now : 0;
	struct timespec timeout = {
		.tv_sec = (time_t)(rest / 1000000000),
		.tv_nsec = (long)(rest % 1000000000),
	};
	return epoll_pwait2(w->epoll, events, BATCH, &timeout, NULL);
}

// Messages that never came back have waited at least until now.
static void count_unanswered(struct worker *w, const struct schedule *s) {
	uint64_t now = now_nanos();
	for (int i = w->index; i < w->options->connections; i += w->options->threads)
		for (uint64_t r = w->all[i].received; r < w->all[i].due; r++)
			record(&w->latency, now - instant(w, s, r, i));
	w->unanswered += s->outstanding;
}

// What an earlier schedule has left unanswered still comes back before anything of the next one.
static void forget_messages(struct worker *w) {
	for (int i = w->index; i < w->options->connections; i += w->options->threads) {
		struct connection *c = &w->all[i];
		c->stale += c->admitted - c->received;
		c->received = c->due = c->admitted = 0;
	}
}

static bool is_under_way(const struct worker *w, const struct schedule *s) {
	uint64_t now = now_nanos();
	if (next_instant(w, s) < s->end && now < s->last_send)
		return true;
	return s->outstanding > 0 && now < s->end + DRAIN_SECONDS * (uint64_t)1000000000;
}

void run_open_loop(struct worker *w, uint64_t origin, double seconds) {
	static __thread struct epoll_event events[BATCH];
	struct schedule s = {
		.origin = origin,
		.interval = 1e9 / w->options->rate,
		.end = origin + (uint64_t)(seconds * 1e9),
		.connection = w->index,
	};
	forget_messages(w);
	s.last_send = s.end + LATE_MILLIS_MOST * (uint64_t)1000000;
	while (is_under_way(w, &s)) {
		send_due(w, &s);
		int n = await(w, &s, events);
		if (n < 0 && errno != EINTR)
			die("epoll_wait");
		for (int i = 0; i < n; i++)
			serve(w, &s, &events[i]);
	}
	w->unsent = next_instant(w, &s) < s.end;
	count_unanswered(w, &s);
}
