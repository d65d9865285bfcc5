// Cycles of connect, echo, close. A cycle goes through three stages, each IN_FLIGHT cycles apart,
// so that the server works on many connections at once while the generator needs no state machine:
// connect and send; receive the echo and end the sending side; see the server's end and close.

#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IN_FLIGHT = 32, RING = 2 * IN_FLIGHT };

static int fds[RING];

static void half_close(const struct options *options, long cycle) {
	int fd = fds[cycle % RING];
	receive_echo(fd, pattern + phase_of((int)cycle), options->size);
	if (!options->reset)
		shutdown(fd, SHUT_WR);
}

static void close_cycle(const struct options *options, long cycle) {
	int fd = fds[cycle % RING];
	if (options->reset) {
		close_reset(fd);
		return;
	}
	expect_end(fd);
	close(fd);
}

void run_churn(const struct options *options) {
	long cycles = options->cycles;
	struct meter from, to;
	read_meter(&from, options->watch);
	for (long i = 0; i < cycles + RING; i++) {
		if (i >= RING)
			close_cycle(options, i - RING);
		if (i >= IN_FLIGHT && i - IN_FLIGHT < cycles)
			half_close(options, i - IN_FLIGHT);
		if (i < cycles) {
			int index = (int)i;
			fds[i % RING] = open_connection(options, index);
			send_all(fds[i % RING], pattern + phase_of(index), options->size);
		}
	}
	read_meter(&to, options->watch);
	print_meters(&from, &to, (uint64_t)cycles, options->watch);
	end_figures();
}
