// Runs the closed or the open loop on all threads and prints the figures of the window.

#define _GNU_SOURCE
#include "worker.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>

enum {
	LATE_NANOS_MOST = 100 * 1000,      // p99 of the generator's own delay in a rate that is held
	BEFORE_ORIGIN_NANOS = 200 * 1000,  // from a start to its first message, for all to be ready
};
static const double RATE_SHARE_LEAST = 0.99; // of the target, in a rate that is held

static pthread_barrier_t edge; // all workers, at both edges of a window
static struct meter from, to;  // written by worker 0, which is the main thread
static uint64_t origin;        // of a schedule; written by worker 0 before an edge

static void wait_for_all(void) {
	pthread_barrier_wait(&edge);
}

static void run_loop(struct worker *w, double seconds) {
	if (w->index == 0)
		origin = now_nanos() + BEFORE_ORIGIN_NANOS;
	wait_for_all();
	if (w->options->rate > 0)
		run_open_loop(w, origin, seconds);
	else
		run_closed_loop(w, seconds);
	wait_for_all();
}

static void forget(struct worker *w) {
	w->messages = 0;
	memset(&w->latency, 0, sizeof w->latency);
	memset(&w->lateness, 0, sizeof w->lateness);
	w->blocked = w->unsent = false;
	w->unanswered = w->due = 0;
}

static void *run_worker(void *argument) {
	struct worker *w = argument;
	if (w->options->rate == 0)
		start_closed_loop(w);
	run_loop(w, w->options->warmup);
	forget(w);
	if (w->index == 0)
		read_meter(&from, w->options->watch);
	run_loop(w, w->options->seconds);
	if (w->index == 0)
		read_meter(&to, w->options->watch);
	return NULL;
}

static void *allocate(size_t count, size_t each) {
	size_t bytes = (count * each + 63) / 64 * 64;
	void *memory = aligned_alloc(64, bytes);
	if (!memory)
		die("aligned_alloc");
	return memset(memory, 0, bytes);
}

static struct worker *prepare(const struct options *options) {
	size_t n = (size_t)options->connections;
	struct worker *workers = allocate((size_t)options->threads, sizeof *workers);
	struct connection *all = allocate(n, sizeof *all);
	uint64_t *sent_at = allocate(n * (size_t)options->depth, sizeof *sent_at);
	for (int t = 0; t < options->threads; t++) {
		int epoll = epoll_create1(EPOLL_CLOEXEC);
		if (epoll < 0)
			die("epoll_create1");
		workers[t] = (struct worker){
			.options = options, .index = t, .epoll = epoll, .all = all, .sent_at = sent_at,
		};
	}
	for (int i = 0; i < options->connections; i++) {
		all[i].fd = open_connection(options, i);
		all[i].send_phase = all[i].receive_phase = phase_of(i);
		join_epoll(&workers[i % options->threads], &all[i]);
	}
	return workers;
}

static void run_workers(struct worker *workers, int threads) {
	pthread_t *ids = allocate((size_t)threads, sizeof *ids);
	pthread_barrier_init(&edge, NULL, (unsigned)threads);
	for (int t = 1; t < threads; t++)
		if (pthread_create(&ids[t], NULL, run_worker, &workers[t]) != 0)
			die_saying("a thread cannot be created");
	run_worker(&workers[0]);
	for (int t = 1; t < threads; t++)
		pthread_join(ids[t], NULL);
	free(ids);
}

static void sum_up(struct worker *workers, int threads) {
	struct worker *sum = &workers[0];
	for (int t = 1; t < threads; t++) {
		sum->messages += workers[t].messages;
		sum->due += workers[t].due;
		sum->unanswered += workers[t].unanswered;
		sum->unsent |= workers[t].unsent;
		sum->blocked |= workers[t].blocked;
		add_histogram(&sum->latency, &workers[t].latency);
		add_histogram(&sum->lateness, &workers[t].lateness);
	}
}

static void print_latencies(const struct histogram *h) {
	if (h->total == 0)
		return;
	printf(" p50_us=%.2f p90_us=%.2f p99_us=%.2f p999_us=%.2f max_us=%.2f",
	       quantile(h, 0.5) / 1e3, quantile(h, 0.9) / 1e3, quantile(h, 0.99) / 1e3,
	       quantile(h, 0.999) / 1e3, (double)h->largest / 1e3);
}

// Too late a generator shows in the rate, too, so it is looked at first.
static void print_held(const struct worker *sum, bool urgent) {
	double rate = (double)sum->messages / (to.time - from.time);
	double late = quantile(&sum->lateness, 0.99);
	const char *why = NULL;
	if (late > LATE_NANOS_MOST || sum->unsent)
		why = "generator";
	else if (sum->blocked || sum->unanswered || rate < RATE_SHARE_LEAST * sum->options->rate)
		why = "server";
	printf(" sent=%lu lost=%lu urgent=%d", (unsigned long)sum->due,
	       (unsigned long)sum->unanswered, urgent);
	printf(" target_rate=%.0f send_late_p99_us=%.2f send_late_p999_us=%.2f held=%d",
	       sum->options->rate, late / 1e3, quantile(&sum->lateness, 0.999) / 1e3, why == NULL);
	if (why)
		printf(" why=%s", why);
}

// On CPUs that never rest, a process of the usual kind waits for the end of another's slice before
// it sends. Threads that are started later inherit what is set here.
static bool run_before_others(void) {
	enum { NICE = -10 };
	struct sched_param least = {.sched_priority = sched_get_priority_min(SCHED_FIFO)};
	return sched_setscheduler(0, SCHED_FIFO, &least) == 0 ||
	       setpriority(PRIO_PROCESS, 0, NICE) == 0;
}

void run_echo(const struct options *options) {
	allow_descriptors(options->connections);
	if (options->sleepy)
		prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
	bool urgent = options->urgent && run_before_others();
	struct worker *workers = prepare(options);
	run_workers(workers, options->threads);
	sum_up(workers, options->threads);
	print_meters(&from, &to, workers[0].messages, options->watch);
	print_latencies(&workers[0].latency);
	if (options->rate > 0)
		print_held(&workers[0], urgent);
	end_figures();
	for (int i = 0; i < options->connections; i++)
		close_reset(workers[0].all[i].fd);
	free(workers[0].all);
	free(workers[0].sent_at);
	free(workers);
}
