// Command line, listener and threads of the C servers.

#define _GNU_SOURCE
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096, DESCRIPTORS_MOST = 1 << 20, BUFFER_MOST = 1 << 20 };

static const char *program = "server";

void die(const char *what) {
	fprintf(stderr, "%s: %s: %s: %s\n", program, what, strerrorname_np(errno), strerror(errno));
	exit(1);
}

static long number(const char *name, long least, long most) {
	char *end;
	long value = strtol(optarg, &end, 10);
	if (end == optarg || *end || value < least || value > most) {
		fprintf(stderr, "%s: --%s wants a number from %ld to %ld, not %s\n", program, name,
			least, most, optarg);
		exit(2);
	}
	return value;
}

static void print_usage(const struct server *server) {
	printf("usage: %s [--port P] [--threads N] [--buffer BYTES]\n"
	       "\n"
	       "Echo server on 127.0.0.1.\n"
	       "\n"
	       "  --port P        0 takes a free one (0)\n"
	       "  --threads N     event loops; connections go to them in turn (1)\n"
	       "  --buffer BYTES  %s\n",
	       server->name, server->buffer);
}

static void parse(struct server *server, int argc, char **argv) {
	static const struct option options[] = {
		{"port", required_argument, NULL, 'p'},
		{"threads", required_argument, NULL, 't'},
		{"buffer", required_argument, NULL, 'b'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (option == 'p')
			server->port = (int)number("port", 0, 65535);
		else if (option == 't')
			server->threads = (int)number("threads", 1, THREADS_MOST);
		else if (option == 'b')
			server->buffer_size = (size_t)number("buffer", 1, BUFFER_MOST);
		else if (option == 'h')
			print_usage(server), exit(0);
		else
			exit(2);
	}
	if (optind < argc) {
		fprintf(stderr, "%s: unknown argument %s\n", program, argv[optind]);
		exit(2);
	}
}

static void listen_on(struct server *server) {
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1;
	struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)server->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0)
		die("socket");
	if (bind(fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(fd, BACKLOG) < 0)
		die("bind");
	socklen_t length = sizeof at;
	getsockname(fd, (struct sockaddr *)&at, &length);
	server->port = ntohs(at.sin_port);
	server->listener = fd;
}

void open_server(struct server *server, int argc, char **argv) {
	program = server->name;
	server->threads = 1;
	parse(server, argc, argv);
	listen_on(server);
}

void announce(const struct server *server) {
	printf("listening on 127.0.0.1:%d peer=%s pid=%d version=\"%s\"\n", server->port,
	       server->name, getpid(), server->version);
	fflush(stdout);
}

size_t raise_descriptor_limit(void) {
	struct rlimit limit;
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	return limit.rlim_cur < DESCRIPTORS_MOST ? (size_t)limit.rlim_cur : DESCRIPTORS_MOST;
}

static void (*loop_to_run)(int);

static void *run_loop(void *index) {
	loop_to_run((int)(intptr_t)index);
	return NULL;
}

void run_loops(int threads, void (*loop)(int index)) {
	loop_to_run = loop;
	for (int i = 1; i < threads; i++) {
		pthread_t id;
		errno = pthread_create(&id, NULL, run_loop, (void *)(intptr_t)i);
		if (errno != 0)
			die("pthread_create");
	}
	loop(0);
}
