// A ring of io_uring with its provided buffers and its table of direct descriptors.
#ifndef RING_H
#define RING_H

#include <liburing.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SUBMISSIONS = 512,
	BUFFERS = 128,             // few, so that their first lines stay in the cache; 2^n
	BUFFER_BYTES = 64 * 1024,
	BUFFER_GROUP = 0,
	DESCRIPTORS_MOST = 1 << 16
};

struct ring {
	struct io_uring uring;
	struct io_uring_buf_ring *provided;
	char *memory;       // of all buffers
	int free_buffers;   // that the kernel has, less those in completions not seen yet
	size_t descriptors; // slots of the table
};

// On the thread that will use it: the ring has a single issuer.
void open_ring(struct ring *ring, size_t descriptors);

// An empty submission; submits the full queue first where it must.
struct io_uring_sqe *next_submission(struct ring *ring);

char *buffer_of(struct ring *ring, unsigned id);
void give_back(struct ring *ring, unsigned id);

#endif
