// Connections, and the byte stream that travels on them.
//
// Every connection sends one endless periodic stream that starts at a phase of its own. The period
// is a prime, so that a lost, doubled or foreign message shows as a byte in the wrong place, and a
// check is one memcmp against the pattern at the phase that is due.

#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { ANSWER_SECONDS = 20 };

static char pattern_bytes[PATTERN_PERIOD + CHUNK];
const char *const pattern = pattern_bytes;

__attribute__((constructor)) static void fill_pattern(void) {
	for (int i = 0; i < PATTERN_PERIOD + CHUNK; i++)
		pattern_bytes[i] = (char)(1 + i % PATTERN_PERIOD);
}

void die(const char *what) {
	fprintf(stderr, "load: %s: %s: %s\n", what, strerrorname_np(errno), strerror(errno));
	exit(1);
}

void die_saying(const char *what) {
	fprintf(stderr, "load: %s\n", what);
	exit(1);
}

uint32_t phase_of(int index) {
	return (uint32_t)index * 17 % PATTERN_PERIOD;
}

uint32_t phase_after(uint32_t phase, size_t length) {
	return (uint32_t)((phase + length) % PATTERN_PERIOD);
}

void allow_descriptors(int wanted) {
	enum { SPARE = 16 };
	struct rlimit limit;
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if ((rlim_t)wanted + SPARE <= limit.rlim_max)
		return;
	fprintf(stderr,
		"load: %d connections need %d descriptors, the hard limit of this shell is %lu; "
		"raise `ulimit -Hn` or ask for fewer\n",
		wanted, wanted + SPARE, (unsigned long)limit.rlim_max);
	exit(1);
}

// Binds only the address; the kernel picks the port at connect, where the whole 4-tuple need be
// unique and not the port alone.
static void bind_source(int fd, int source) {
	int on = 1;
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
	struct sockaddr_in at = {.sin_family = AF_INET};
	at.sin_addr.s_addr = htonl(0x7f000101u + (uint32_t)source);
	if (bind(fd, (struct sockaddr *)&at, sizeof at) < 0)
		die("bind to a source address");
}

// Opens a blocking connection whose calls fail after ANSWER_SECONDS.
int open_connection(const struct options *options, int index) {
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("socket");
	if (options->sources > 0)
		bind_source(fd, index % options->sources);
	int on = 1;
	struct timeval limit = {.tv_sec = ANSWER_SECONDS};
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
	if (connect(fd, (const struct sockaddr *)&options->server, sizeof options->server) < 0)
		die("connect");
	return fd;
}

void send_all(int fd, const char *data, size_t length) {
	while (length > 0) {
		ssize_t n = send(fd, data, length, MSG_NOSIGNAL);
		if (n < 0)
			die("send");
		data += n;
		length -= (size_t)n;
	}
}

void receive_echo(int fd, const char *expected, size_t length) {
	static char buffer[CHUNK];
	while (length > 0) {
		ssize_t n = recv(fd, buffer, length < CHUNK ? length : CHUNK, 0);
		if (n < 0)
			die("receive");
		if (n == 0)
			die_saying("the server closed a connection before it had echoed everything");
		if (memcmp(buffer, expected, (size_t)n) != 0)
			die_saying("an echo differs from what was sent");
		expected += n;
		length -= (size_t)n;
	}
}

void expect_end(int fd) {
	char byte;
	ssize_t n = recv(fd, &byte, 1, 0);
	if (n < 0)
		die("wait for the server's close");
	if (n > 0)
		die_saying("the server sent more than was sent to it");
}

void close_reset(int fd) {
	struct linger now = {.l_onoff = 1, .l_linger = 0};
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	close(fd);
}
