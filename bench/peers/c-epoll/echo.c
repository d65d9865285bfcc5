// Single-threaded echo server on edge-triggered epoll: the floor that other servers are measured
// against.
//
// Every connection is registered once for both directions. The kernel raises EPOLLOUT again only
// after a send has failed with EAGAIN, so the second direction costs nothing while it is not
// needed. A read shorter than the buffer proves the socket empty, and the recv that would return
// EAGAIN is skipped; a connection whose event carries RDHUP, HUP or ERR is read to the end instead,
// because data and FIN may share one edge.
//
// An idle connection owns one small record and no buffer.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BATCH = 512,           // events taken by one epoll_wait
	BUFFER = 64 * 1024,    // bytes taken by one recv; shared by all connections
	ACCEPTS_PER_EVENT = 64 // accepts before other connections are served again
};

// Bytes that were read but could not be sent yet. While it holds any, nothing more is read.
struct connection {
	char *pending;
	size_t pending_length;
};

static char buffer[BUFFER];
static struct connection *connections; // indexed by fd
static size_t connection_limit;

static void die(const char *what) {
	fprintf(stderr, "c-epoll: %s: %s: %s\n", what, strerrorname_np(errno), strerror(errno));
	exit(1);
}

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

static void accept_some(int epoll, int listener) {
	for (int i = 0; i < ACCEPTS_PER_EVENT; i++) {
		int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0) {
			if (errno == EINTR || errno == ECONNABORTED)
				continue;
			if (errno == EAGAIN)
				return;
			die("accept4");
		}
		int on = 1;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		struct epoll_event event = {
			.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
			.data.fd = fd,
		};
		if ((size_t)fd >= connection_limit || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
			die("epoll_ctl");
	}
}

static int listen_on(const char *address, int port) {
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1;
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	if (inet_pton(AF_INET, address, &at.sin_addr) != 1) {
		fprintf(stderr, "c-epoll: --bind wants an IPv4 address, not %s\n", address);
		exit(2);
	}
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0)
		die("socket");
	if (bind(fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(fd, 4096) < 0)
		die("bind");
	socklen_t length = sizeof at;
	getsockname(fd, (struct sockaddr *)&at, &length);
	printf("listening on %s:%d poller=epoll pid=%d\n", address, ntohs(at.sin_port), getpid());
	fflush(stdout);
	return fd;
}

static void allocate_connections(void) {
	struct rlimit limit;
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	connection_limit = limit.rlim_cur < 1 << 20 ? (size_t)limit.rlim_cur : 1 << 20;
	connections = calloc(connection_limit, sizeof *connections);
	if (!connections)
		die("calloc");
}

int main(int argc, char **argv) {
	static const struct option options[] = {
		{"port", required_argument, NULL, 'p'},
		{"bind", required_argument, NULL, 'b'},
		{0},
	};
	const char *address = "127.0.0.1";
	int port = 0;
	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (option == 'p')
			port = atoi(optarg);
		else if (option == 'b')
			address = optarg;
		else
			return 2;
	}
	allocate_connections();
	int listener = listen_on(address, port);
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
	if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0)
		die("epoll");
	static struct epoll_event events[BATCH];
	for (;;) {
		int n = epoll_wait(epoll, events, BATCH, -1);
		if (n < 0 && errno != EINTR)
			die("epoll_wait");
		for (int i = 0; i < n; i++) {
			if (events[i].data.fd == listener)
				accept_some(epoll, listener);
			else
				serve(events[i].data.fd, events[i].events);
		}
	}
}
