// Command line of the load generator.

#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
	"usage: load --port N [options]\n"
	"\n"
	"Drives an echo server on 127.0.0.1 and checks every byte that comes back.\n"
	"\n"
	"modes:\n"
	"  (none)          closed loop for --seconds; prints one line of figures\n"
	"  --rate R        open loop of R messages per second in all, due at evenly spaced instants\n"
	"                  over the connections in turn; latency runs from the instant\n"
	"  --hold          every connection echoes once, then all rest until standard input ends;\n"
	"                  with --watch, prints figures of --seconds of that rest after --warmup\n"
	"  --churn CYCLES  cycles of connect, echo, close; prints one line of figures\n"
	"\n"
	"options:\n"
	"  --connections N  connections (100)\n"
	"  --threads N      threads of the loops; the connections are split evenly (1)\n"
	"  --depth D        messages in flight per connection of the closed loop (1)\n"
	"  --sleepy         the open loop sleeps until a message is due, instead of spinning\n"
	"  --urgent         run before all others on the same CPUs (SCHED_FIFO, else nice -10), for a\n"
	"                   load that shares its CPUs with a server that never rests; needs --sleepy\n"
	"  --size BYTES     message size (64)\n"
	"  --seconds S      measured window (5)\n"
	"  --warmup S       load before the window (1)\n"
	"  --sources K      spread over K source addresses from 127.0.1.1 on (0: 127.0.0.1);\n"
	"                   needed above 10,000 connections and for many cycles\n"
	"  --reset          close with RST instead of FIN\n"
	"  --watch PID      meter the CPU time and context switches of this process\n"
	"\n"
	"figures: seconds, messages, rate (per second), load_cpu and server_cpu (share of one CPU),\n"
	"server_ns (CPU time per message), switches and switches_rate (context switches per message\n"
	"and per second), others and steal (CPU time of other processes and of the hypervisor's other\n"
	"guests, per second, over all CPUs); p50_us to p999_us and max_us (latency of the loops);\n"
	"of the open loop also sent and lost (messages, and those of them that did not come back within\n"
	"3 s of the end), urgent (1 where it was asked for and the kernel allowed it), target_rate,\n"
	"send_late_p99_us and send_late_p999_us (the generator's own delay) and held, which is 0 with the cause in why=generator|server when the rate fell\n"
	"below 99 % of the target, a connection had 1024 messages outstanding, or the own delay's\n"
	"p99 exceeded 100 us\n";

enum { ECHO, HOLD, CHURN };

static double number(const char *name, const char *text, double least, double most) {
	char *end;
	errno = 0;
	double value = strtod(text, &end);
	if (end == text || *end || errno || !(value >= least && value <= most)) {
		fprintf(stderr, "load: --%s wants a number from %.10g to %.10g, not %s\n", name, least,
			most, text);
		exit(2);
	}
	return value;
}

static const struct option names[] = {
	{"port", required_argument, NULL, 'p'},
	{"connections", required_argument, NULL, 'c'},
	{"threads", required_argument, NULL, 'T'},
	{"rate", required_argument, NULL, 'R'},
	{"sleepy", no_argument, NULL, 'S'},
	{"urgent", no_argument, NULL, 'U'},
	{"depth", required_argument, NULL, 'd'},
	{"size", required_argument, NULL, 's'},
	{"seconds", required_argument, NULL, 't'},
	{"warmup", required_argument, NULL, 'w'},
	{"hold", no_argument, NULL, 'H'},
	{"churn", required_argument, NULL, 'C'},
	{"sources", required_argument, NULL, 'a'},
	{"reset", no_argument, NULL, 'r'},
	{"watch", required_argument, NULL, 'W'},
	{"help", no_argument, NULL, 'h'},
	{0},
};

static void set(struct options *options, int option, const char *name) {
	switch (option) {
	case 'p':
		options->server.sin_port = htons((uint16_t)number(name, optarg, 1, 65535));
		break;
	case 'c':
		options->connections = (int)number(name, optarg, 1, 1e6);
		break;
	case 'T':
		options->threads = (int)number(name, optarg, 1, 64);
		break;
	case 'R':
		options->rate = number(name, optarg, 1, 1e8);
		break;
	case 'S':
		options->sleepy = true;
		break;
	case 'U':
		options->urgent = true;
		break;
	case 'd':
		options->depth = (int)number(name, optarg, 1, 1024);
		break;
	case 's':
		options->size = (size_t)number(name, optarg, 1, CHUNK);
		break;
	case 't':
		options->seconds = number(name, optarg, 0.1, 3600);
		break;
	case 'w':
		options->warmup = number(name, optarg, 0, 3600);
		break;
	case 'C':
		options->cycles = (long)number(name, optarg, 1, 1e8);
		break;
	case 'a':
		options->sources = (int)number(name, optarg, 0, 200);
		break;
	case 'r':
		options->reset = true;
		break;
	case 'W':
		options->watch = (pid_t)number(name, optarg, 1, 1e9);
		break;
	}
}

static int parse(int argc, char **argv, struct options *options) {
	int mode = ECHO;
	int index = 0;
	for (int option; (option = getopt_long(argc, argv, "", names, &index)) != -1;) {
		if (option == 'h') {
			fputs(usage, stdout);
			exit(0);
		}
		if (option == '?')
			exit(2);
		if (option == 'H')
			mode = HOLD;
		if (option == 'C')
			mode = CHURN;
		set(options, option, names[index].name);
	}
	if (optind < argc || options->server.sin_port == 0) {
		fputs(usage, stderr);
		exit(2);
	}
	if (options->threads > options->connections)
		die_saying("--threads wants no more threads than connections");
	if (options->urgent && !(options->sleepy && options->rate > 0))
		die_saying("--urgent wants --rate and --sleepy: it would let nothing else run");
	return mode;
}

int main(int argc, char **argv) {
	struct options options = {
		.server = {.sin_family = AF_INET},
		.connections = 100,
		.threads = 1,
		.depth = 1,
		.size = 64,
		.seconds = 5,
		.warmup = 1,
	};
	options.server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int mode = parse(argc, argv, &options);
	if (mode == HOLD)
		run_hold(&options);
	else if (mode == CHURN)
		run_churn(&options);
	else
		run_echo(&options);
	return 0;
}
