// Load generator for echo servers; the parts share what is declared here.
#ifndef LOAD_H
#define LOAD_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct options {
	struct sockaddr_in server;
	int connections;
	int threads;     // of the load
	int depth;       // messages in flight per connection
	double rate;     // messages per second of the open loop, 0 for the closed loop
	bool sleepy;     // the open loop sleeps until a message is due
	bool urgent;     // runs before all others on its CPUs, where the kernel allows it
	size_t size;     // bytes per message
	double seconds;  // of the measured window
	double warmup;   // seconds before it
	long cycles;     // of the churn mode
	int sources;     // source addresses 127.0.1.1, 127.0.1.2, … to spread connections over
	bool reset;      // close with RST instead of FIN
	pid_t watch;     // server process to meter, 0 for none
};

// What processes and the machine had used up at one instant.
struct meter {
	double time;             // seconds, monotonic
	double own_cpu;          // seconds of CPU time of this process
	double server_cpu;       // seconds of CPU time of the watched process
	uint64_t switches;       // context switches of the watched process's live threads
	double machine_busy;     // seconds of CPU time of everything, over all CPUs
	double machine_stolen;   // seconds that the hypervisor gave to others, over all CPUs
};

// meter.c
double now_seconds(void);
void read_meter(struct meter *meter, pid_t watch);
void print_meters(const struct meter *from, const struct meter *to, uint64_t messages,
		  pid_t watch);
void end_figures(void);

// wire.c
extern const char *const pattern; // readable for CHUNK bytes from any phase
enum { PATTERN_PERIOD = 251, CHUNK = 64 * 1024 };

void allow_descriptors(int wanted);
int open_connection(const struct options *options, int index);
void send_all(int fd, const char *data, size_t length);
void receive_echo(int fd, const char *expected, size_t length);
void expect_end(int fd);
void close_reset(int fd);
uint32_t phase_of(int index);
uint32_t phase_after(uint32_t phase, size_t length);
_Noreturn void die(const char *what);
_Noreturn void die_saying(const char *what);

// modes
void run_echo(const struct options *options);
void run_hold(const struct options *options);
void run_churn(const struct options *options);

#endif
