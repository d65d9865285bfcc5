// Closed loop: every connection keeps `depth` messages in flight and sends the next one when an
// echo has come back whole.

#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { BATCH = 512 };

struct connection {
	int fd;
	uint32_t send_phase;
	uint32_t receive_phase;
	size_t unsent;   // bytes that are due and that the kernel has not taken
	size_t partial;  // bytes of a message whose echo is not whole yet
};

static uint64_t messages;

static void send_due(struct connection *c) {
	while (c->unsent > 0) {
		size_t chunk = c->unsent < CHUNK ? c->unsent : CHUNK;
		ssize_t n = send(c->fd, pattern + c->send_phase, chunk, MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0)
			die("send");
		c->unsent -= (size_t)n;
		c->send_phase = phase_after(c->send_phase, (size_t)n);
	}
}

static void receive(struct connection *c, size_t size) {
	static char buffer[CHUNK];
	for (;;) {
		ssize_t n = recv(c->fd, buffer, CHUNK, 0);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0)
			die("receive");
		if (n == 0)
			die_saying("the server closed a connection");
		if (memcmp(buffer, pattern + c->receive_phase, (size_t)n) != 0)
			die_saying("an echo differs from what was sent");
		c->receive_phase = phase_after(c->receive_phase, (size_t)n);
		c->partial += (size_t)n;
		size_t whole = c->partial / size;
		c->partial -= whole * size;
		c->unsent += whole * size;
		messages += whole;
		if (n < CHUNK)
			return;
	}
}

// Registered once, edge-triggered, for both directions: a short receive proves the socket empty,
// and EPOLLOUT fires only after a send met EAGAIN.
static int open_all(const struct options *options, struct connection *connections) {
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0)
		die("epoll_create1");
	for (int i = 0; i < options->connections; i++) {
		struct connection *c = &connections[i];
		c->fd = open_connection(options, i);
		c->send_phase = c->receive_phase = phase_of(i);
		c->unsent = options->size * (size_t)options->depth;
		struct epoll_event event = {
			.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
			.data.ptr = c,
		};
		if (fcntl(c->fd, F_SETFL, O_NONBLOCK) < 0)
			die("fcntl");
		if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event) < 0)
			die("epoll_ctl");
	}
	return epoll;
}

static void run_until(int epoll, double end, size_t size) {
	enum { SILENCE_MILLIS = 10 * 1000 };
	static struct epoll_event events[BATCH];
	while (now_seconds() < end) {
		int n = epoll_wait(epoll, events, BATCH, SILENCE_MILLIS);
		if (n == 0)
			die_saying("no echo for 10 seconds");
		if (n < 0 && errno != EINTR)
			die("epoll_wait");
		for (int i = 0; i < n; i++) {
			struct connection *c = events[i].data.ptr;
			if (events[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP))
				receive(c, size);
			send_due(c);
		}
	}
}

void run_echo(const struct options *options) {
	struct connection *connections = calloc((size_t)options->connections, sizeof *connections);
	if (!connections)
		die("calloc");
	allow_descriptors(options->connections);
	int epoll = open_all(options, connections);
	for (int i = 0; i < options->connections; i++)
		send_due(&connections[i]);
	run_until(epoll, now_seconds() + options->warmup, options->size);

	struct meter from, to;
	messages = 0;
	read_meter(&from, options->watch);
	run_until(epoll, from.time + options->seconds, options->size);
	read_meter(&to, options->watch);
	print_meters(&from, &to, messages, options->watch);

	for (int i = 0; i < options->connections; i++)
		close_reset(connections[i].fd);
	free(connections);
}
