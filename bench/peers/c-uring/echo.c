// Echo server on io_uring. Each thread is a loop with a ring of its own; the first one accepts, and
// hands the connections to the rings in turn.

#define _GNU_SOURCE
#include "../c-common/server.h"
#include "connection.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static struct server server = {
	.name = "c-uring",
	.version = "gcc " __VERSION__ ", liburing " LIBURING_VERSION,
	.buffer = "ignored: no connection owns a buffer",
};
static struct loop *loops[THREADS_MOST];
static pthread_barrier_t rings_are_open;
static size_t descriptors;

static void accept_all(struct loop *l) {
	struct io_uring_sqe *sqe = next_submission(&l->ring);
	io_uring_prep_multishot_accept_direct(sqe, server.listener, NULL, NULL, 0);
	io_uring_sqe_set_data64(sqe, tag(ACCEPT, 0));
}

// Installs the connection in the other ring's table, which tells that ring its slot there, and then
// closes the slot here.
static void hand_over(struct loop *l, unsigned slot, const struct loop *to) {
	struct io_uring_sqe *sqe = next_submission(&l->ring);
	io_uring_prep_msg_ring(sqe, to->ring.uring.ring_fd, 0, tag(ARRIVE, 0), 0);
	sqe->addr = IORING_MSG_SEND_FD;
	sqe->addr3 = slot;
	sqe->file_index = IORING_FILE_INDEX_ALLOC;
	io_uring_sqe_set_data64(sqe, tag(HAND_OVER, slot));
}

static void close_here(struct loop *l, unsigned slot) {
	struct io_uring_sqe *sqe = next_submission(&l->ring);
	io_uring_prep_close_direct(sqe, slot);
	io_uring_sqe_set_data64(sqe, tag(CLOSE, slot));
}

static void on_accept(struct loop *l, int result, unsigned flags) {
	static unsigned turn;
	if (result >= 0) {
		struct loop *owner = loops[turn++ % (unsigned)server.threads];
		if (owner == l)
			begin_connection(l, (unsigned)result);
		else
			hand_over(l, (unsigned)result, owner);
	} else if (result != -EINTR && result != -ECONNABORTED && result != -EAGAIN) {
		errno = -result;
		die("accept");
	}
	if (!(flags & IORING_CQE_F_MORE))
		accept_all(l);
}

static void must_succeed(int result, const char *what) {
	if (result < 0) {
		errno = -result;
		die(what);
	}
}

static void dispatch(struct loop *l, uint64_t data, int result, unsigned flags) {
	unsigned slot = (unsigned)data;
	switch ((enum operation)(data >> 32)) {
	case ACCEPT:
		on_accept(l, result, flags);
		break;
	case ARRIVE:
		must_succeed(result, "take a connection from another ring");
		begin_connection(l, (unsigned)result);
		break;
	case RECEIVE:
		on_receive(l, slot, result, flags);
		break;
	case SEND:
		on_send(l, slot, result);
		break;
	case HAND_OVER:
		must_succeed(result, "hand a connection to another ring");
		close_here(l, slot);
		break;
	case CANCEL: // the receive's own completion tells whether it has ended
		break;
	case CLOSE:
		must_succeed(result, "close");
		break;
	}
}

static void prepare(struct loop *l) {
	open_ring(&l->ring, descriptors);
	l->connections = calloc(l->ring.descriptors, sizeof *l->connections);
	l->starved = calloc(l->ring.descriptors, sizeof *l->starved);
	if (!l->connections || !l->starved)
		die("calloc");
}

static void serve(int index) {
	struct loop *l = loops[index];
	prepare(l);
	pthread_barrier_wait(&rings_are_open);
	if (index == 0) {
		accept_all(l);
		announce(&server);
	}
	for (;;) {
		int result = io_uring_submit_and_wait(&l->ring.uring, 1);
		if (result != -EINTR && result != -EBUSY)
			must_succeed(result, "io_uring_enter");
		struct io_uring_cqe *cqe;
		unsigned head, count = 0;
		io_uring_for_each_cqe(&l->ring.uring, head, cqe) {
			dispatch(l, cqe->user_data, cqe->res, cqe->flags);
			count++;
		}
		io_uring_cq_advance(&l->ring.uring, count);
		feed_starved(l);
	}
}

int main(int argc, char **argv) {
	open_server(&server, argc, argv);
	descriptors = raise_descriptor_limit();
	pthread_barrier_init(&rings_are_open, NULL, (unsigned)server.threads);
	for (int i = 0; i < server.threads; i++) {
		loops[i] = calloc(1, sizeof *loops[i]);
		if (!loops[i])
			die("calloc");
	}
	run_loops(server.threads, serve);
}
