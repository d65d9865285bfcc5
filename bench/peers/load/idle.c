// Opens connections that echo once and then rest until standard input ends. With a server to watch,
// its meters are read over a window of that rest.

#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

// Connections that may be open without their echo; less than any listen backlog.
enum { IN_FLIGHT = 128 };

static void finish(int fd, int index, size_t size) {
	receive_echo(fd, pattern + phase_of(index), size);
}

static void sleep_seconds(double seconds) {
	usleep((useconds_t)(seconds * 1e6));
}

static void meter_rest(const struct options *options) {
	struct meter from, to;
	sleep_seconds(options->warmup);
	read_meter(&from, options->watch);
	sleep_seconds(options->seconds);
	read_meter(&to, options->watch);
	print_meters(&from, &to, 0, options->watch);
	end_figures();
}

static void close_all(const struct options *options, const int *fds) {
	for (int i = 0; i < options->connections && !options->reset; i++)
		shutdown(fds[i], SHUT_WR);
	for (int i = 0; i < options->connections; i++) {
		if (options->reset) {
			close_reset(fds[i]);
			continue;
		}
		expect_end(fds[i]);
		close(fds[i]);
	}
}

void run_hold(const struct options *options) {
	int n = options->connections;
	int *fds = calloc((size_t)n, sizeof *fds);
	if (!fds)
		die("calloc");
	allow_descriptors(n);
	for (int i = 0; i < n; i++) {
		fds[i] = open_connection(options, i);
		send_all(fds[i], pattern + phase_of(i), options->size);
		if (i >= IN_FLIGHT)
			finish(fds[i - IN_FLIGHT], i - IN_FLIGHT, options->size);
	}
	for (int i = n > IN_FLIGHT ? n - IN_FLIGHT : 0; i < n; i++)
		finish(fds[i], i, options->size);
	printf("holding %d connections\n", n);
	fflush(stdout);
	if (options->watch)
		meter_rest(options);
	char byte;
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	close_all(options, fds);
	printf("closed %d connections\n", n);
	free(fds);
}
