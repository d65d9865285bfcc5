// The closed loop of echo.c on io_uring: one system call carries the sends of a whole batch and
// brings the receives of the next one, so that the generator needs less CPU time per message than
// the leanest server and the server stays the slower side.
//
// Each connection has one multishot receive that takes its buffers from a shared ring, and at most
// one send in flight, which points into the pattern and is therefore never copied or reused early.
// The kernel interface is used directly; it needs Linux 6.1.

#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	SUBMISSIONS = 4096,  // entries of the submission queue
	COMPLETIONS = 65536, // entries of the completion queue
	BUFFERS = 1024,      // entries of the buffer ring
	GROUP = 1,           // its number
	LARGEST_BUFFER = 16 * 1024
};

// The low bit of user_data tells a send from a receive; the rest is the connection's index.
enum { RECEIVE, SEND };

struct connection {
	int fd;
	uint32_t send_phase;
	uint32_t receive_phase;
	size_t unsent;  // bytes that are due and not handed to a send
	size_t partial; // bytes of a message whose echo is not whole yet
	bool sending;
};

static struct connection *connections;
static uint64_t messages;
static size_t message_size;

static int ring;
static unsigned *sq_tail, sq_mask, *cq_head, *cq_tail, cq_mask;
static unsigned unsubmitted;
static struct io_uring_sqe *sqes;
static struct io_uring_cqe *cqes;

static struct io_uring_buf_ring *buffers;
static char *buffer_bytes;
static size_t buffer_size;
static uint16_t buffers_tail;

static void *map(size_t length, off_t offset) {
	void *at = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring,
			offset);
	if (at == MAP_FAILED)
		die("mmap of a ring");
	return at;
}

static void map_queues(const struct io_uring_params *p) {
	size_t sq = p->sq_off.array + p->sq_entries * sizeof(unsigned);
	size_t cq = p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe);
	char *at = map(sq > cq ? sq : cq, IORING_OFF_SQ_RING);
	sq_tail = (unsigned *)(at + p->sq_off.tail);
	sq_mask = *(unsigned *)(at + p->sq_off.ring_mask);
	cq_head = (unsigned *)(at + p->cq_off.head);
	cq_tail = (unsigned *)(at + p->cq_off.tail);
	cq_mask = *(unsigned *)(at + p->cq_off.ring_mask);
	cqes = (struct io_uring_cqe *)(at + p->cq_off.cqes);
	sqes = map(p->sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
	unsigned *order = (unsigned *)(at + p->sq_off.array);
	for (unsigned i = 0; i < p->sq_entries; i++)
		order[i] = i;
}

static void give_back(uint16_t id) {
	struct io_uring_buf *slot = &buffers->bufs[buffers_tail & (BUFFERS - 1)];
	slot->addr = (uintptr_t)(buffer_bytes + id * buffer_size);
	slot->len = (uint32_t)buffer_size;
	slot->bid = id;
	buffers_tail++;
	__atomic_store_n(&buffers->tail, buffers_tail, __ATOMIC_RELEASE);
}

static void register_buffers(size_t wanted) {
	buffer_size = (wanted + 63) / 64 * 64;
	if (buffer_size > LARGEST_BUFFER)
		buffer_size = LARGEST_BUFFER;
	buffers = mmap(NULL, BUFFERS * sizeof(struct io_uring_buf), PROT_READ | PROT_WRITE,
		       MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
	buffer_bytes = aligned_alloc(64, BUFFERS * buffer_size);
	if (buffers == MAP_FAILED || !buffer_bytes)
		die("memory for buffers");
	struct io_uring_buf_reg group = {
		.ring_addr = (uintptr_t)buffers,
		.ring_entries = BUFFERS,
		.bgid = GROUP,
	};
	if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_PBUF_RING, &group, 1) < 0)
		die("io_uring_register");
	for (int i = 0; i < BUFFERS; i++)
		give_back((uint16_t)i);
}

bool ring_is_available(void) {
	struct io_uring_params parameters = {
		.flags = IORING_SETUP_CQSIZE | IORING_SETUP_SINGLE_ISSUER |
			 IORING_SETUP_DEFER_TASKRUN,
		.cq_entries = COMPLETIONS,
	};
	ring = (int)syscall(SYS_io_uring_setup, SUBMISSIONS, &parameters);
	if (ring < 0)
		return false;
	map_queues(&parameters);
	return true;
}

static void enter(unsigned wait_for) {
	long n = syscall(SYS_io_uring_enter, ring, unsubmitted, wait_for, IORING_ENTER_GETEVENTS,
			 NULL, 0);
	if (n < 0 && errno != EINTR)
		die("io_uring_enter");
	if (n > 0)
		unsubmitted -= (unsigned)n;
}

static struct io_uring_sqe *next_submission(void) {
	while (unsubmitted >= SUBMISSIONS)
		enter(0);
	unsigned tail = *sq_tail;
	struct io_uring_sqe *sqe = &sqes[tail & sq_mask];
	memset(sqe, 0, sizeof *sqe);
	__atomic_store_n(sq_tail, tail + 1, __ATOMIC_RELEASE);
	unsubmitted++;
	return sqe;
}

// The kernel reads an entry only in io_uring_enter, so filling it after the tail moved is safe.
static void start_receive(uint32_t index) {
	struct io_uring_sqe *sqe = next_submission();
	sqe->opcode = IORING_OP_RECV;
	sqe->fd = connections[index].fd;
	sqe->flags = IOSQE_BUFFER_SELECT;
	sqe->ioprio = IORING_RECV_MULTISHOT;
	sqe->buf_group = GROUP;
	sqe->user_data = (uint64_t)index << 1 | RECEIVE;
}

static void start_send(uint32_t index) {
	struct connection *c = &connections[index];
	if (c->sending || c->unsent == 0)
		return;
	size_t length = c->unsent < CHUNK ? c->unsent : CHUNK;
	struct io_uring_sqe *sqe = next_submission();
	sqe->opcode = IORING_OP_SEND;
	sqe->fd = c->fd;
	sqe->addr = (uintptr_t)(pattern + c->send_phase);
	sqe->len = (uint32_t)length;
	sqe->msg_flags = MSG_NOSIGNAL | MSG_WAITALL;
	sqe->user_data = (uint64_t)index << 1 | SEND;
	c->send_phase = phase_after(c->send_phase, length);
	c->unsent -= length;
	c->sending = true;
}

static void fail(const char *what, int result) {
	errno = -result;
	die(what);
}

static void received(uint32_t index, const struct io_uring_cqe *cqe) {
	struct connection *c = &connections[index];
	if (!(cqe->flags & IORING_CQE_F_MORE))
		start_receive(index);
	if (cqe->res == -ENOBUFS)
		return;
	if (cqe->res < 0)
		fail("receive", cqe->res);
	if (cqe->res == 0)
		die_saying("the server closed a connection");
	size_t length = (size_t)cqe->res;
	uint16_t id = (uint16_t)(cqe->flags >> IORING_CQE_BUFFER_SHIFT);
	if (memcmp(buffer_bytes + id * buffer_size, pattern + c->receive_phase, length) != 0)
		die_saying("an echo differs from what was sent");
	give_back(id);
	c->receive_phase = phase_after(c->receive_phase, length);
	c->partial += length;
	size_t whole = c->partial / message_size;
	c->partial -= whole * message_size;
	c->unsent += whole * message_size;
	messages += whole;
	start_send(index);
}

static void sent(uint32_t index, const struct io_uring_cqe *cqe) {
	if (cqe->res < 0)
		fail("send", cqe->res);
	connections[index].sending = false;
	start_send(index);
}

static void run_until(double end) {
	while (now_seconds() < end) {
		enter(1);
		unsigned head = *cq_head;
		unsigned tail = __atomic_load_n(cq_tail, __ATOMIC_ACQUIRE);
		for (; head != tail; head++) {
			struct io_uring_cqe *cqe = &cqes[head & cq_mask];
			uint32_t index = (uint32_t)(cqe->user_data >> 1);
			if ((cqe->user_data & 1) == SEND)
				sent(index, cqe);
			else
				received(index, cqe);
		}
		__atomic_store_n(cq_head, head, __ATOMIC_RELEASE);
	}
}

void run_echo_ring(const struct options *options) {
	message_size = options->size;
	connections = calloc((size_t)options->connections, sizeof *connections);
	if (!connections)
		die("calloc");
	allow_descriptors(options->connections);
	register_buffers(options->size * (size_t)options->depth);
	for (int i = 0; i < options->connections; i++) {
		connections[i].fd = open_connection(options, i);
		connections[i].send_phase = connections[i].receive_phase = phase_of(i);
		connections[i].unsent = options->size * (size_t)options->depth;
	}
	for (int i = 0; i < options->connections; i++) {
		start_receive((uint32_t)i);
		start_send((uint32_t)i);
	}
	run_until(now_seconds() + options->warmup);

	struct meter from, to;
	messages = 0;
	read_meter(&from, options->watch);
	run_until(from.time + options->seconds);
	read_meter(&to, options->watch);
	print_meters(&from, &to, messages, options->watch);
	for (int i = 0; i < options->connections; i++)
		close_reset(connections[i].fd);
}
