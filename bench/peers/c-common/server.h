// What the C servers share: command line, listener, threads.
#ifndef SERVER_H
#define SERVER_H

#include <stddef.h>

enum { THREADS_MOST = 64 };

struct server {
	const char *name;    // of the peer
	const char *version; // of what it is built from
	const char *buffer;  // what --buffer means to it, for --help
	int port;
	int threads;
	size_t buffer_size;
	int listener;
};

_Noreturn void die(const char *what);

// Sets what the command line says, and opens the listener. Connections inherit its NODELAY.
void open_server(struct server *server, int argc, char **argv);

// Says where the server listens: the line that its starter waits for.
void announce(const struct server *server);

// Descriptors that the process may have; a table by descriptor has as many entries.
size_t raise_descriptor_limit(void);

// Runs loop(0) on the calling thread and loop(1) to loop(threads - 1) on threads of their own.
void run_loops(int threads, void (*loop)(int index));

#endif
