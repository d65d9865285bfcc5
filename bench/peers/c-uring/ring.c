// Set-up of a ring: completions are worked on only when the loop waits (DEFER_TASKRUN), by the one
// thread that submits, and the ring's own descriptor is registered, too. With COOPERATIVE the ring
// is not bound to its thread, and completions are worked on whenever that enters the kernel.

#define _GNU_SOURCE
#include "ring.h"

#include "../c-common/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static void check(int result, const char *what) {
	if (result >= 0)
		return;
	errno = -result;
	die(what);
}

static void *map(size_t bytes) {
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		die("mmap");
	return memory;
}

static void provide_buffers(struct ring *ring) {
	ring->provided = map(BUFFERS * sizeof(struct io_uring_buf));
	ring->memory = map((size_t)BUFFERS * BUFFER_BYTES);
	struct io_uring_buf_reg registration = {
		.ring_addr = (uint64_t)(uintptr_t)ring->provided,
		.ring_entries = BUFFERS,
		.bgid = BUFFER_GROUP,
	};
	check(io_uring_register_buf_ring(&ring->uring, &registration, 0),
	      "a ring of provided buffers (Linux 5.19 or newer)");
	io_uring_buf_ring_init(ring->provided);
	for (unsigned id = 0; id < BUFFERS; id++)
		give_back(ring, id);
}

void open_ring(struct ring *ring, size_t descriptors) {
	struct io_uring_params parameters = {
#ifdef COOPERATIVE
		.flags = IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG |
			 IORING_SETUP_SUBMIT_ALL,
#else
		.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
			 IORING_SETUP_COOP_TASKRUN | IORING_SETUP_SUBMIT_ALL,
#endif
	};
	check(io_uring_queue_init_params(SUBMISSIONS, &ring->uring, &parameters),
	      "io_uring_setup (Linux 6.1 or newer, and kernel.io_uring_disabled=0)");
	check(io_uring_register_ring_fd(&ring->uring), "register the ring's descriptor");
	ring->descriptors = descriptors < DESCRIPTORS_MOST ? descriptors : DESCRIPTORS_MOST;
	check(io_uring_register_files_sparse(&ring->uring, (unsigned)ring->descriptors),
	      "register a table of direct descriptors");
	provide_buffers(ring);
}

struct io_uring_sqe *next_submission(struct ring *ring) {
	struct io_uring_sqe *sqe;
	while (!(sqe = io_uring_get_sqe(&ring->uring)))
		check(io_uring_submit(&ring->uring), "io_uring_enter");
	return sqe;
}

char *buffer_of(struct ring *ring, unsigned id) {
	return ring->memory + (size_t)id * BUFFER_BYTES;
}

void give_back(struct ring *ring, unsigned id) {
	io_uring_buf_ring_add(ring->provided, buffer_of(ring, id), BUFFER_BYTES,
			      (unsigned short)id, io_uring_buf_ring_mask(BUFFERS), 0);
	io_uring_buf_ring_advance(ring->provided, 1);
	ring->free_buffers++;
}
