// A connection: one multishot receive fills provided buffers, which are sent back one after the
// other and then given back.
//
// The receive stays armed until it ends by itself: at the end of the stream, on an error, when no
// buffer is free, or when the completion queue is full. It is armed again when what was received
// has been sent. A connection whose peer does not read would collect buffers that others need, so
// its receive is cancelled at QUEUED_MOST.
//
// A slot is closed only when neither a receive nor a send of it is under way: no completion can
// speak of a slot that belongs to a later connection.

#define _GNU_SOURCE
#include "connection.h"

#include <errno.h>
#include <sys/socket.h>

enum { QUEUED_MOST = 8 };

static void receive(struct loop *l, unsigned slot) {
	struct io_uring_sqe *sqe = next_submission(&l->ring);
	io_uring_prep_recv_multishot(sqe, (int)slot, NULL, 0, 0);
	io_uring_sqe_set_flags(sqe, IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT);
	sqe->buf_group = BUFFER_GROUP;
	io_uring_sqe_set_data64(sqe, tag(RECEIVE, slot));
	l->connections[slot].receiving = true;
}

static void send_first(struct loop *l, unsigned slot) {
	struct connection *c = &l->connections[slot];
	struct io_uring_sqe *sqe = next_submission(&l->ring);
	io_uring_prep_send(sqe, (int)slot, buffer_of(&l->ring, c->first) + c->sent,
			   l->chunks[c->first].length - c->sent, MSG_NOSIGNAL | MSG_WAITALL);
	io_uring_sqe_set_flags(sqe, IOSQE_FIXED_FILE);
	io_uring_sqe_set_data64(sqe, tag(SEND, slot));
	c->sending = true;
}

static void cancel_receive(struct loop *l, unsigned slot) {
	struct connection *c = &l->connections[slot];
	if (!c->receiving || c->cancelling)
		return;
	struct io_uring_sqe *sqe = next_submission(&l->ring);
	io_uring_prep_cancel64(sqe, tag(RECEIVE, slot), 0);
	io_uring_sqe_set_data64(sqe, tag(CANCEL, slot));
	c->cancelling = true;
}

static void close_slot(struct loop *l, unsigned slot) {
	struct io_uring_sqe *sqe = next_submission(&l->ring);
	io_uring_prep_close_direct(sqe, slot);
	io_uring_sqe_set_flags(sqe, IOSQE_CQE_SKIP_SUCCESS);
	io_uring_sqe_set_data64(sqe, tag(CLOSE, slot));
}

static void enqueue(struct loop *l, struct connection *c, unsigned buffer, uint32_t length) {
	l->chunks[buffer].length = length;
	if (c->queued++ == 0)
		c->first = (uint16_t)buffer;
	else
		l->chunks[c->last].next = (uint16_t)buffer;
	c->last = (uint16_t)buffer;
}

static void dequeue(struct loop *l, struct connection *c) {
	unsigned buffer = c->first;
	c->first = l->chunks[buffer].next;
	c->sent = 0;
	c->queued--;
	give_back(&l->ring, buffer);
}

static void starve(struct loop *l, unsigned slot) {
	l->starved[l->starved_count++] = slot;
	l->connections[slot].starved = true;
}

// What follows from the state that an event has left behind.
static void settle(struct loop *l, unsigned slot) {
	struct connection *c = &l->connections[slot];
	if (c->queued > 0 && !c->sending)
		send_first(l, slot);
	if (c->queued > QUEUED_MOST)
		cancel_receive(l, slot);
	if (c->receiving || c->sending || c->starved)
		return;
	if (c->ended)
		close_slot(l, slot);
	else
		receive(l, slot);
}

void begin_connection(struct loop *l, unsigned slot) {
	l->connections[slot] = (struct connection){0};
	receive(l, slot);
}

void on_receive(struct loop *l, unsigned slot, int result, unsigned flags) {
	struct connection *c = &l->connections[slot];
	if (!(flags & IORING_CQE_F_MORE))
		c->receiving = c->cancelling = false;
	if (flags & IORING_CQE_F_BUFFER) {
		unsigned buffer = flags >> IORING_CQE_BUFFER_SHIFT;
		l->ring.free_buffers--;
		if (result > 0 && !c->ended)
			enqueue(l, c, buffer, (uint32_t)result);
		else
			give_back(&l->ring, buffer);
	}
	if (result == -ENOBUFS)
		starve(l, slot);
	else if (result <= 0 && result != -ECANCELED && result != -EINTR)
		c->ended = true;
	settle(l, slot);
}

void on_send(struct loop *l, unsigned slot, int result) {
	struct connection *c = &l->connections[slot];
	c->sending = false;
	if (result < 0 && result != -EINTR) {
		c->ended = true;
		while (c->queued > 0)
			dequeue(l, c);
		cancel_receive(l, slot);
	} else if (result > 0) {
		c->sent += (uint32_t)result;
		if (c->sent == l->chunks[c->first].length)
			dequeue(l, c);
	}
	settle(l, slot);
}

void feed_starved(struct loop *l) {
	for (int n = l->ring.free_buffers; n > 0 && l->starved_count > 0; n--) {
		unsigned slot = l->starved[--l->starved_count];
		l->connections[slot].starved = false;
		settle(l, slot);
	}
}
