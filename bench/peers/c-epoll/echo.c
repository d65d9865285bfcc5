// Echo server on edge-triggered epoll: the floor that other servers are measured against. Each
// thread is a loop of its own; the first one accepts, and hands the connections to the loops in
// turn.
//
// Every connection is registered once for both directions. The kernel raises EPOLLOUT again only
// after a send has failed with EAGAIN, so the second direction costs nothing while it is not
// needed. A read shorter than the buffer proves the socket empty, and the recv that would return
// EAGAIN is skipped; a connection whose event carries RDHUP, HUP or ERR is read to the end instead,
// because data and FIN may share one edge.
//
// An idle connection owns one small record and no buffer.

#define _GNU_SOURCE
#include "../c-common/server.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BATCH = 512,           // events taken by one epoll_wait
	BUFFER = 64 * 1024,    // bytes taken by one recv; shared by the connections of a loop
	ACCEPTS_PER_EVENT = 64 // accepts before other connections are served again
};

// Bytes that were read but could not be sent yet. While it holds any, nothing more is read.
struct connection {
	char *pending;
	size_t pending_length;
};

static struct server server = {
	.name = "c-epoll",
	.version = "gcc " __VERSION__,
	.buffer = "ignored: no connection owns a buffer",
};
static struct connection *connections; // indexed by fd; used by the loop that serves the fd
static size_t connection_limit;
static int epolls[THREADS_MOST];

static void drop(int fd) {
	free(connections[fd].pending);
	connections[fd] = (struct connection){0};
	close(fd);
}

// Sends what the kernel takes and returns its length; -1 when the connection is broken.
static ssize_t send_some(int fd, const char *data, size_t length) {
	size_t sent = 0;
	while (sent < length) {
		ssize_t n = send(fd, data + sent, length - sent, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0)
			return -1;
		sent += (size_t)n;
	}
	return (ssize_t)sent;
}

// Returns 1 when nothing is pending, 0 when the peer still does not read, -1 on a broken one.
static int flush_pending(int fd) {
	struct connection *c = &connections[fd];
	if (c->pending_length == 0)
		return 1;
	ssize_t sent = send_some(fd, c->pending, c->pending_length);
	if (sent < 0)
		return -1;
	c->pending_length -= (size_t)sent;
	if (c->pending_length > 0) {
		memmove(c->pending, c->pending + sent, c->pending_length);
		return 0;
	}
	free(c->pending);
	c->pending = NULL;
	return 1;
}

static void keep_pending(int fd, const char *data, size_t length) {
	struct connection *c = &connections[fd];
	c->pending = malloc(length);
	if (!c->pending)
		die("malloc");
	memcpy(c->pending, data, length);
	c->pending_length = length;
}

static void serve(int fd, uint32_t events) {
	int flushed = flush_pending(fd);
	if (flushed < 0)
		drop(fd);
	if (flushed <= 0)
		return;
	static __thread char buffer[BUFFER];
	int read_to_end = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
	for (;;) {
		ssize_t n = recv(fd, buffer, BUFFER, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			drop(fd);
			return;
		}
		ssize_t sent = send_some(fd, buffer, (size_t)n);
		if (sent < 0) {
			drop(fd);
			return;
		}
		if (sent < n) {
			keep_pending(fd, buffer + sent, (size_t)(n - sent));
			return;
		}
		if (n < BUFFER && !read_to_end)
			return;
	}
}

static void hand_over(int fd) {
	static unsigned turn;
	struct epoll_event event = {
		.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
		.data.fd = fd,
	};
	int epoll = epolls[turn++ % (unsigned)server.threads];
	if ((size_t)fd >= connection_limit || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		die("epoll_ctl");
}

static void accept_some(void) {
	for (int i = 0; i < ACCEPTS_PER_EVENT; i++) {
		int fd = accept4(server.listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0)
			hand_over(fd);
		else if (errno == EAGAIN)
			return;
		else if (errno != EINTR && errno != ECONNABORTED)
			die("accept4");
	}
}

static void loop(int index) {
	struct epoll_event events[BATCH];
	for (;;) {
		int n = epoll_wait(epolls[index], events, BATCH, -1);
		if (n < 0 && errno != EINTR)
			die("epoll_wait");
		for (int i = 0; i < n; i++) {
			if (events[i].data.fd == server.listener)
				accept_some();
			else
				serve(events[i].data.fd, events[i].events);
		}
	}
}

int main(int argc, char **argv) {
	open_server(&server, argc, argv);
	connection_limit = raise_descriptor_limit();
	connections = calloc(connection_limit, sizeof *connections);
	if (!connections)
		die("calloc");
	for (int i = 0; i < server.threads; i++) {
		epolls[i] = epoll_create1(EPOLL_CLOEXEC);
		if (epolls[i] < 0)
			die("epoll_create1");
	}
	struct epoll_event event = {.events = EPOLLIN, .data.fd = server.listener};
	if (epoll_ctl(epolls[0], EPOLL_CTL_ADD, server.listener, &event) < 0)
		die("epoll_ctl");
	announce(&server);
	run_loops(server.threads, loop);
}
