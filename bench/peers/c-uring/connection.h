// Connections of one loop; each is known by its slot in the ring's table of direct descriptors.
#ifndef CONNECTION_H
#define CONNECTION_H

#include "ring.h"

#include <stdbool.h>

struct connection {
	uint16_t first;      // buffer being sent; the others follow by `next`
	uint16_t last;
	uint16_t queued;     // buffers that wait for their turn or are being sent
	uint32_t sent;       // bytes of the first one that the kernel has taken
	bool receiving;      // a multishot receive is armed
	bool cancelling;     // and has been asked to end
	bool sending;        // a send is under way; one at a time keeps the bytes in order
	bool starved;        // waits in `starved` for a buffer
	bool ended;          // nothing more will come, or be taken
};

// What a provided buffer holds while it waits to be sent.
struct chunk {
	uint32_t length;
	uint16_t next;
};

struct loop {
	struct ring ring;
	struct connection *connections; // by slot
	struct chunk chunks[BUFFERS];   // by buffer
	uint32_t *starved;              // slots of connections whose receive met no buffer
	size_t starved_count;
};

// What a completion is about; the upper half of its user data, above the slot.
enum operation { ACCEPT, ARRIVE, RECEIVE, SEND, HAND_OVER, CANCEL, CLOSE };

static inline uint64_t tag(enum operation operation, unsigned slot) {
	return (uint64_t)operation << 32 | slot;
}

void begin_connection(struct loop *loop, unsigned slot);
void on_receive(struct loop *loop, unsigned slot, int result, unsigned flags);
void on_send(struct loop *loop, unsigned slot, int result);

// Arms the receives of starved connections, as many as there are free buffers.
void feed_starved(struct loop *loop);

#endif
