// Meters of CPU time, context switches and the machine, read at both edges of a window.
//
// The server is metered by its process CPU clock: nanoseconds, threads that have ended included.
// The clock lags by at most one scheduler tick for a thread that is running at the moment.

#define _GNU_SOURCE
#include "load.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double clock_seconds(clockid_t clock) {
	struct timespec t;
	if (clock_gettime(clock, &t) < 0)
		die("clock_gettime");
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double now_seconds(void) {
	return clock_seconds(CLOCK_MONOTONIC);
}

static double server_cpu(pid_t pid) {
	clockid_t clock;
	if (clock_getcpuclockid(pid, &clock) != 0)
		die_saying("the watched process is gone");
	return clock_seconds(clock);
}

static uint64_t thread_switches(pid_t pid, const char *thread) {
	char path[64], line[128];
	uint64_t sum = 0;
	snprintf(path, sizeof path, "/proc/%d/task/%.16s/status", pid, thread);
	FILE *file = fopen(path, "r");
	if (!file)
		return 0; // the thread ended after its directory entry was read
	while (fgets(line, sizeof line, file)) {
		char *value = strstr(line, "voluntary_ctxt_switches:");
		if (value)
			sum += strtoull(strchr(value, ':') + 1, NULL, 10);
	}
	fclose(file);
	return sum;
}

static uint64_t server_switches(pid_t pid) {
	char path[64];
	uint64_t sum = 0;
	snprintf(path, sizeof path, "/proc/%d/task", pid);
	DIR *directory = opendir(path);
	if (!directory)
		die_saying("the watched process is gone");
	for (struct dirent *entry; (entry = readdir(directory));)
		if (entry->d_name[0] != '.')
			sum += thread_switches(pid, entry->d_name);
	closedir(directory);
	return sum;
}

static void read_machine(struct meter *meter) {
	unsigned long long user, nice, system, idle, iowait, irq, softirq, steal;
	FILE *file = fopen("/proc/stat", "r");
	if (!file || fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &user, &nice,
			    &system, &idle, &iowait, &irq, &softirq, &steal) != 8)
		die_saying("/proc/stat cannot be read");
	fclose(file);
	double tick = 1.0 / (double)sysconf(_SC_CLK_TCK);
	meter->machine_busy = (double)(user + nice + system + irq + softirq) * tick;
	meter->machine_stolen = (double)steal * tick;
}

void read_meter(struct meter *meter, pid_t watch) {
	memset(meter, 0, sizeof *meter);
	read_machine(meter);
	if (watch) {
		meter->switches = server_switches(watch);
		meter->server_cpu = server_cpu(watch);
	}
	meter->own_cpu = clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
	meter->time = now_seconds();
}

// Shares are of one CPU; others and steal are summed over all CPUs. The line goes on until
// end_figures.
void print_meters(const struct meter *from, const struct meter *to, uint64_t messages,
		  pid_t watch) {
	double seconds = to->time - from->time;
	double own = (to->own_cpu - from->own_cpu) / seconds;
	double busy = (to->machine_busy - from->machine_busy) / seconds;
	double stolen = (to->machine_stolen - from->machine_stolen) / seconds;
	double server = 0;
	printf(" seconds=%.3f messages=%lu rate=%.0f load_cpu=%.3f", seconds,
	       (unsigned long)messages, (double)messages / seconds, own);
	if (watch) {
		double cpu = to->server_cpu - from->server_cpu;
		double per_message = messages ? 1.0 / (double)messages : 0;
		server = cpu / seconds;
		// Threads that ended took their counts with them.
		double switches = to->switches > from->switches
					  ? (double)(to->switches - from->switches)
					  : 0;
		printf(" server_cpu=%.5f server_ns=%.0f switches=%.4f switches_rate=%.1f", server,
		       cpu * 1e9 * per_message, switches * per_message, switches / seconds);
	}
	double others = busy - own - server;
	printf(" others=%.3f steal=%.3f", others > 0 ? others : 0, stolen);
}

void end_figures(void) {
	putchar('\n');
	fflush(stdout);
}
