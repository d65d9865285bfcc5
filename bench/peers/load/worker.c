// What both loops do with a connection: register it, send what is due, receive and check.

#define _GNU_SOURCE
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

uint64_t now_nanos(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// Registered once, edge-triggered, for both directions: a short receive proves the socket empty,
// and EPOLLOUT fires only after a send met EAGAIN.
void join_epoll(struct worker *worker, struct connection *c) {
	struct epoll_event event = {
		.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
		.data.ptr = c,
	};
	if (fcntl(c->fd, F_SETFL, O_NONBLOCK) < 0)
		die("fcntl");
	if (epoll_ctl(worker->epoll, EPOLL_CTL_ADD, c->fd, &event) < 0)
		die("epoll_ctl");
}

void send_unsent(struct connection *c) {
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

// Receives once. Returns how many messages became whole, and whether the socket may hold more.
size_t receive_some(struct connection *c, size_t size, bool *more) {
	static __thread char buffer[CHUNK];
	ssize_t n = recv(c->fd, buffer, CHUNK, 0);
	*more = n == CHUNK;
	if (n < 0 && errno == EAGAIN)
		return 0;
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
	return whole;
}
