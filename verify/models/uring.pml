/* Connections on one io_uring: one receive at a time per descriptor, a table of direct descriptors
 * that are used again, a submission queue that fills, a completion queue that overflows.
 *
 * Two connections come to a table of one slot. Each has a reader, whose wait may end at a deadline
 * and which then reads again or gives up, and a closer, which closes at any moment or after the
 * reader. The poller enters and reaps; who finds the submission queue full, enters, too, under the
 * ring's lock. Somebody else has one operation on the ring. An entry that lies in the submission
 * queue keeps the poller from sleeping. User data is the slot and the number of the connection,
 * which is the generation. Buffers do not run out.
 *
 * Who waits for ever, a buffer that is lost and a slot that does not come free are deadlocks: init
 * waits for all of it. Other faults are assertions.
 *
 *  good: -DBUG=0
 *  good: -DEARLY=1
 *
 *  EARLY  the slot is closed before the end of the receive; generation and state still keep the
 *         connections apart, and no buffer is lost
 *
 *  BUG=1  the slot is closed while the receive is in flight
 *  BUG=2  the completion of the cancel is taken for the end of the receive
 *  BUG=3  an entry that finds the submission queue full is dropped
 *  BUG=4  an enter does not flush completions that have overflowed
 *  BUG=5  an accept is armed without a slot reserved for it
 *  BUG=6  a deadline takes the receive for gone
 *  BUG=7  the generation of a completion is not compared
 *  BUG=8  a cancel names the slot only
 *  BUG=9  a reader does not look again after it has said that it waits
 *  BUG=10 a result that came before the cancel keeps its buffer
 *
 *  bad: -DBUG=1
 *  bad: -DBUG=2
 *  bad: -DBUG=3
 *  bad: -DBUG=4
 *  bad: -DBUG=5
 *  bad: -DBUG=6
 *  bad: -DBUG=7 -DEARLY=1
 *  bad: -DBUG=8
 *  bad: -DBUG=9
 *  bad: -DBUG=10
 */
#ifndef BUG
#define BUG 0
#endif
#ifndef EARLY
#define EARLY 0
#endif
#define SLOTS 1                         /* index 0 is not used: of slots, connections, buffers */
#define LAST 2                          /* connections */

mtype:operation = { RECV, CANCEL, CLOSE, ACCEPT, OTHER };
mtype:receive = { IDLE, QUEUED, ARMED, DONE, CLOSING }; /* CLOSING: its end releases the slot */
mtype:place = { RING, COMPLETION, KEPT };

/* operation, slot, connection, and the buffer of a completion or 0 */
chan sq = [2] of { mtype:operation, byte, byte };
chan cq = [2] of { mtype:operation, byte, byte, byte };
chan overflow = [6] of { mtype:operation, byte, byte, byte };

/* the kernel */
byte used[2], accepted;                 /* the connection in a slot; how many have come */
byte op[3];                             /* receive of a connection: none, 1 armed, 2 cancelled */
bit accepting;

/* the runtime */
byte table[2], slot[3];                 /* slot to connection, and back */
mtype:receive state[3] = IDLE;
byte kept[3], refs[3];
bit closed[3], waits[3], permit[3], over[3];
byte unreserved = SLOTS, fresh, others = 1;
mtype:place place[3] = RING;            /* of a buffer */
byte owner[3];                          /* whose bytes are in it */

mtype:operation o;                      /* registers of enter, 0 outside */
byte x, y, z;

inline post(kind, s, c, buffer) {       /* order is kept: after one that overflowed, all do */
  if
  :: len(overflow) > 0 || len(cq) == 2 -> assert(len(overflow) < 6); overflow!kind,s,c,buffer
  :: else -> cq!kind,s,c,buffer
  fi
}

inline enter() {                        /* inside atomic */
  do
  :: len(sq) > 0 ->
     sq?o,x,y;
     if
     :: o == RECV ->
        assert(used[x] == y && op[y] == 0);
        op[y] = 1;
        if :: state[y] == QUEUED -> state[y] = ARMED :: else fi
     :: o == CANCEL ->
        z = (BUG == 8 -> used[x] : y);
        if :: op[z] == 1 -> op[z] = 2 :: else fi;       /* else ENOENT */
        post(CANCEL, x, y, 0)
     :: o == CLOSE ->
        assert(used[x] == y && (op[y] == 0 || EARLY));
        used[x] = 0;
        post(CLOSE, x, y, 0)
     :: o == ACCEPT -> accepting = 1
     :: o == OTHER -> post(OTHER, 0, 0, 0)
     fi
  :: else -> break
  od;
  do
  :: len(overflow) > 0 && len(cq) < 2 && BUG != 4 -> overflow?o,x,y,z; cq!o,x,y,z
  :: else -> break
  od;
  o = 0; x = 0; y = 0; z = 0
}

inline queue(kind, s, c) {
  atomic {
    if :: len(sq) == 2 && BUG != 3 -> enter() :: else fi;
    if :: len(sq) < 2 -> sq!kind,s,c :: else fi
  }
}

inline giveBack(b) { atomic { owner[b] = 0; place[b] = RING; b = 0 } }

inline wake(c) { if :: waits[c] -> permit[c] = 1 :: else fi }

inline release(c) { table[slot[c]] = 0; queue(CLOSE, slot[c], c) }

inline last(c) {                        /* the last reference */
  atomic {
    inFlight = (state[c] == QUEUED || state[c] == ARMED);
    if
    :: inFlight -> state[c] = CLOSING
    :: state[c] == DONE -> giveBack(kept[c]); state[c] = IDLE
    :: else
    fi
  };
  if :: inFlight -> queue(CANCEL, slot[c], c) :: else fi;
  if :: !inFlight || BUG == 1 || EARLY -> release(c) :: else fi
}

proctype Reader(byte c) {
  byte b;
  bit late, inFlight, mine;
  do
  :: state[c] == DONE ->
     atomic { b = kept[c]; kept[c] = 0; state[c] = IDLE };
     atomic { assert(place[b] == KEPT && owner[b] == c); giveBack(b) };
     break
  :: closed[c] -> break
  :: state[c] != DONE && !closed[c] ->
     if
     :: state[c] == IDLE -> state[c] = QUEUED; queue(RECV, slot[c], c)
     :: else                            /* armed by the read that ended at its deadline */
     fi;
     waits[c] = 1;
     if
     :: (state[c] == DONE || closed[c]) && BUG != 9
     :: else ->
        if
        :: permit[c] -> permit[c] = 0
        :: !late -> late = 1;           /* the deadline */
           state[c] = (BUG == 6 -> IDLE : state[c]);
           if :: true :: true -> waits[c] = 0; break fi
        fi
     fi;
     waits[c] = 0
  od;
  atomic { over[c] = 1; permit[c] = 0; refs[c]--; mine = closed[c] && refs[c] == 0 };
  if :: mine -> last(c) :: else fi
}

proctype Closer(byte c) {
  bit inFlight, mine;
  if :: true :: true -> over[c] fi;
  atomic { closed[c] = 1; mine = (refs[c] == 0) };
  wake(c);
  if :: mine -> last(c) :: else fi
}

active proctype Acceptor() {
  byte c;
  do
  :: c == LAST -> break
  :: else ->
     atomic { unreserved > 0 || BUG == 5 -> unreserved = unreserved - (BUG != 5) };
     queue(ACCEPT, 0, 0);
     atomic { fresh > 0 -> c = fresh; fresh = 0; refs[c] = 1; run Reader(c); run Closer(c) }
  od
}

active proctype Other() { queue(OTHER, 0, 0) }

active proctype Poller() {
  mtype:operation kind;
  byte s, c, b, d;
  bit mine;
end:
  do
  :: atomic { len(sq) + len(cq) + (BUG == 4 -> 0 : len(overflow)) > 0 -> enter() };
     do
     :: len(cq) == 0 -> break
     :: else ->
        atomic { cq?kind,s,c,b; d = table[s] };
        if
        :: kind == ACCEPT -> table[s] = c; fresh = c
        :: kind == CLOSE ->
           atomic { unreserved = unreserved + (BUG != 5); assert(unreserved <= SLOTS) }
        :: kind == OTHER -> others--
        :: kind == CANCEL ->
           if
           :: BUG == 2 && d == c && state[c] == CLOSING -> state[c] = IDLE; release(c)
           :: else
           fi
        :: kind == RECV && (d == 0 || (d != c && BUG != 7)) ->
           if :: b > 0 -> giveBack(b) :: else fi
        :: kind == RECV && d > 0 && (d == c || BUG == 7) ->
           atomic {
             mine = (state[d] == CLOSING);
             if
             :: mine -> state[d] = IDLE
             :: else ->
                assert(state[d] == ARMED && b > 0);
                place[b] = KEPT; kept[d] = b; state[d] = DONE
             fi
           };
           if :: mine && b > 0 && BUG != 10 -> giveBack(b) :: else fi;
           if
           :: mine && !EARLY -> release(d)
           :: mine && EARLY
           :: !mine -> wake(d)
           fi
        fi;
        atomic { kind = 0; s = 0; c = 0; b = 0; d = 0; mine = 0 }
     od
  od
}

inline finish(c) {                      /* bytes have come, maybe while a cancel was on its way */
  atomic { op[c] > 0 && (place[1] == RING || place[2] == RING) ->
    b = (place[1] == RING -> 1 : 2);
    place[b] = COMPLETION; owner[b] = c; op[c] = 0;
    post(RECV, slot[c], c, b); b = 0 }
}

inline cancelled(c) { atomic { op[c] == 2 -> op[c] = 0; post(RECV, slot[c], c, 0) } }

active proctype Kernel() {
  byte b;
end:
  do
  :: finish(1)
  :: finish(2)
  :: cancelled(1)
  :: cancelled(2)
  :: atomic { accepting ->
       accepting = 0;
       assert(used[1] == 0);            /* else ENFILE, and the connection is lost */
       accepted++;
       used[1] = accepted; slot[accepted] = 1;
       post(ACCEPT, 1, accepted, 0) }
  od
}

init {
  accepted == LAST && unreserved == SLOTS && others == 0;
  op[1] + op[2] + len(sq) + len(cq) + len(overflow) == 0;
  place[1] == RING && place[2] == RING
}
