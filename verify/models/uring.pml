/* Receives of io_uring, slots that are used again, closes: io.weft.netpoll.UringPoller, RingReceives,
 * DirectDesc, RingSlots.
 *
 * Two connections come to a table of one slot, at any time: who finds it taken is served elsewhere,
 * by another ring or by epoll. A connection has a reader, which reads twice, the second time by the
 * short-read rule, and whose wait may end at a deadline; and a closer, which comes at any moment or
 * after the reader. The peer of one is silent, or sends as long as it is listened to. A receive
 * completes once, or goes on until it is cancelled because nobody has read; with bytes, or with
 * nothing: its thread has ended, or no buffer is free, and then it starves until it is queued again
 * by who reaps. Who has the last reference queues the cancel
 * and submits. When the kernel has taken it, anyone takes the connection out of the table of
 * owners, has the kernel empty the slot, and frees it: nobody waits for the end of the receive. One
 * enter is refused (no memory).
 *
 * User data is the number of the connection, which is the generation. What the lock guards is one
 * atomic step. ROOM entries may be queued by anyone, one more by who reaps. The kernel waits with
 * what finds the completion queue full; for the overflow see uringsend.pml.
 *
 * Who waits for ever, a buffer that is lost, a receive that nothing ends and a slot that does not
 * come free are deadlocks: init waits for all of it. Other faults are assertions.
 *
 *  good: -DMULTI=0
 *  good: -DMULTI=1 -DLAST=1
 *  deep: -DMULTI=1
 *
 *  BUG=1  the generation of a completion is not compared
 *  BUG=2  the slot is free before the kernel has emptied it
 *  BUG=3  a cancel that finds the submission queue full is dropped
 *  BUG=4  a cancel names the slot only
 *  BUG=5  the completion of a cancel is taken for the end of the receive
 *  BUG=6  a connection that finds the table full is given up
 *  BUG=7  RECEIVING is looked at before the recv
 *  BUG=8  the reader is readied before RECEIVING is cleared
 *  BUG=9  the buffer of a completion that comes too late is not given back
 *  BUG=10 a deadline takes the receive for gone
 *  BUG=11 the slot is emptied before the kernel has taken the entries that name it
 *  BUG=12 a starved receive is queued again though its connection was closed
 *  BUG=13 a starved receive does not count as under way
 *
 *  bad: -DBUG=1
 *  bad: -DBUG=2
 *  bad: -DBUG=3 -DROOM=1
 *  bad: -DBUG=4
 *  bad: -DBUG=5 -DMULTI=1 -DLAST=1 -DFIT=6
 *  bad: -DBUG=6
 *  bad: -DBUG=7
 *  bad: -DBUG=8
 *  bad: -DBUG=9
 *  bad: -DBUG=10
 *  bad: -DBUG=11
 *  bad: -DBUG=12
 *  bad: -DBUG=13
 */
#ifndef BUG
#define BUG 0
#endif
#ifndef MULTI                           /* whether a receive goes on */
#define MULTI 0
#endif
#ifndef REFUSE                          /* whether an enter is refused */
#define REFUSE 1
#endif
#ifndef ROOM
#define ROOM 2
#endif
#ifndef FIT                             /* completions that fit into their queue */
#define FIT 2
#endif
#ifndef LAST                            /* connections; index 0 is not used, here as of buffers */
#define LAST 2
#endif

mtype:kind = { RECV, CANCEL };
mtype:wait = { EMPTY, READY, THREAD };

chan sq = [ROOM + 1] of { mtype:kind, byte };       /* generation */
chan cq = [FIT] of { mtype:kind, byte, byte, bit }; /* generation, buffer or 0, more follow */

/* the kernel */
byte file;                              /* whose socket is in the slot of its table */
byte op[3];                             /* receive with that user data: 1 armed, 2 cancelled */
bit silent[3], refused;

/* the runtime */
byte owner;                             /* of the slot: where completions look */
byte finished;                          /* closed; its slot can be emptied */
bit free = 1;
bit receiving[3], starved[3], cancelling[3], closed[3], over[3], served[3];
byte refs[3], unread[3];
mtype:wait slot[3] = EMPTY;             /* where the reader waits */
byte holder[3];                         /* of a buffer: 0 the kernel, 3 a completion, or whose */
byte from[3];                           /* whose bytes are in it */

mtype:kind o;                           /* registers of enter, 0 outside */
byte x;

inline take() {                         /* inside atomic */
  sq?o,x;
  if
  :: o == RECV -> assert(file == x && op[x] == 0); op[x] = 1
  :: o == CANCEL ->
     x = (BUG == 4 && op[1] > 0 -> 1 : x);          /* the first that the kernel finds */
     if :: op[x] > 0 -> op[x] = 2 :: else fi;
     if :: BUG == 5 -> cq!CANCEL,x,0,0 :: else fi
  fi;
  o = 0; x = 0
}

inline enter(done) {                    /* inside atomic; done: whose slot can be emptied */
  if
  :: do :: len(sq) > 0 -> take() :: else -> break od
  :: len(sq) > 0 && !refused && REFUSE -> refused = 1
  fi;
  if
  :: len(sq) == 0 || BUG == 11 -> done = finished; finished = 0
  :: else
  fi
}

inline giveBackAll(c) {                 /* inside atomic */
  if :: holder[1] == c -> holder[1] = 0; from[1] = 0 :: else fi;
  if :: holder[2] == c -> holder[2] = 0; from[2] = 0 :: else fi;
  unread[c] = 0
}

inline release(c) {
  atomic { giveBackAll(c); owner = 0; free = (BUG == 2) };
  atomic {
    file = 0; free = 1; served[c] = 1;
    receiving[c] = 0; cancelling[c] = 0; closed[c] = 0; over[c] = 0; slot[c] = EMPTY;
    silent[c] = silent[c] && op[c] > 0; c = 0       /* fewer states to tell apart */
  }
}

inline submit(done) {
  atomic { enter(done) };
  if :: done > 0 -> release(done) :: else fi
}

inline cancel(c) {                      /* inside atomic; there is room */
  if
  :: starved[c] && BUG != 12 -> starved[c] = 0; receiving[c] = 0
  :: (!starved[c] || BUG == 12) && receiving[c] && !cancelling[c] ->
     cancelling[c] = 1;
     if :: BUG == 3 && len(sq) == ROOM :: else -> sq!CANCEL,c fi
  :: else
  fi
}

inline close(c) {                       /* the last reference is gone */
  do
  :: atomic {
       if
       :: len(sq) < ROOM || BUG == 3 -> cancel(c); finished = c; queued = 1
       :: else
       fi
     };
     submit(done);
     if :: queued -> queued = 0; break :: else fi
  od
}

proctype Reader(byte c) {
  byte done;
  bit queued, armed, late, drained, last;
again:
#if BUG == 7
  armed = receiving[c];
#endif
  atomic { if :: slot[c] == READY -> slot[c] = EMPTY :: else fi };  /* prepareRead */
  atomic {                              /* recv */
    if
    :: unread[c] > 0 ->
       assert(from[1] == c || holder[1] != c);
       assert(from[2] == c || holder[2] != c);
       giveBackAll(c);
       if :: drained -> goto out :: else -> drained = 1 fi
    :: else
    fi
  };
wait:                                   /* awaitRead */
#if BUG != 7
  armed = receiving[c];
#endif
  do
  :: armed -> armed = 0; break
  :: else ->
     atomic {
       if
       :: receiving[c] || unread[c] > 0 -> queued = 1
       :: else ->
          if :: len(sq) < ROOM -> sq!RECV,c; receiving[c] = 1; queued = 1 :: else fi
       fi
     };
     if :: queued -> queued = 0; break :: else -> submit(done) fi
  od;
  atomic {
    if
    :: slot[c] == READY -> slot[c] = EMPTY; goto again
    :: else -> slot[c] = THREAD
    fi
  };
  if :: closed[c] -> slot[c] = EMPTY; goto out :: else fi;
  if
  :: slot[c] != THREAD ->
     slot[c] = EMPTY;
     if :: closed[c] -> goto out :: else -> goto again fi
  :: atomic { slot[c] == THREAD && !late ->         /* the deadline */
       late = 1; slot[c] = EMPTY; receiving[c] = receiving[c] && BUG != 10 };
     if :: true -> goto again :: drained -> goto wait :: true fi
  fi;
out:
  atomic {
    armed = 0; late = 0; drained = 0;
    over[c] = 1; refs[c]--; last = closed[c] && refs[c] == 0
  };
  if :: last -> last = 0; close(c) :: else fi
}

proctype Closer(byte c) {
  byte done;
  bit queued, last;
  if :: true :: !silent[c] -> over[c] fi;
  atomic { closed[c] = 1; last = (refs[c] == 0) };
  slot[c] = EMPTY;
  if :: last -> last = 0; close(c) :: else fi
}

active proctype Acceptor() {
  byte c;
  do
  :: c == LAST -> break
  :: else ->
     atomic {
       c++;
       if
       :: free -> free = 0; file = c
       :: else -> served[c] = (BUG != 6); goto next
       fi
     };
     atomic {
       owner = c; refs[c] = 1;
       if :: silent[c] = 1 :: true fi;
       run Reader(c); run Closer(c)
     };
next: skip
  od
}

inline feed(c) {                        /* no completion is left: a buffer may be free */
  atomic { starved[c] && len(cq) == 0 && len(sq) < ROOM ->
    starved[c] = 0; receiving[c] = 1; sq!RECV,c }
}

/* the M that drives the poller: one completion under the lock, then its reader without it */
active proctype Poller() {
  mtype:kind k;
  byte c, b, d, done;
  bit more;
end:
  do
  :: len(sq) > 0 || finished > 0 -> submit(done)
  :: feed(1)
  :: feed(2)
#if BUG == 8
  :: len(cq) > 0 -> atomic { cq?<k,c,b,more>; if :: owner == c -> slot[c] = READY :: else fi };
#else
  :: len(cq) > 0 ->
#endif
     atomic {
       len(sq) <= ROOM -> cq?k,c,b,more; d = owner;
       if
       :: k == CANCEL ->
          if :: d == c -> receiving[d] = 0; cancelling[d] = 0 :: else fi;
          d = 0
       :: k == RECV && (d == 0 || (d != c && BUG != 1)) ->
          if :: b > 0 && BUG != 9 -> holder[b] = 0; from[b] = 0 :: else fi;
          d = 0
       :: else ->
          if
          :: b == 0 && !cancelling[d] -> starved[d] = 1; receiving[d] = (BUG != 13)
          :: more
          :: !more -> receiving[d] = 0; cancelling[d] = 0
          fi;
          if
          :: b > 0 ->
             holder[b] = d; unread[d]++;
             if :: more -> cancel(d) :: else fi     /* too many */
          :: else
          fi
       fi
     };
     atomic {
       if :: d > 0 && BUG != 8 && !served[d] && !starved[d] -> slot[d] = READY :: else fi;
       k = 0; c = 0; b = 0; d = 0; more = 0
     }
  od
}

inline arrive(c) {                      /* bytes, maybe while a cancel was on its way */
  atomic { nfull(cq) && op[c] > 0 && !silent[c] && (holder[1] == 0 || holder[2] == 0) ->
    b = (holder[1] == 0 -> 1 : 2);
    holder[b] = 3; from[b] = c;
    if
    :: op[c] = 0; cq!RECV,c,b,0
    :: op[c] == 1 && MULTI -> cq!RECV,c,b,1
    fi;
    b = 0 }
}

inline fail(c) {                        /* cancelled, no buffer, or its thread has ended */
  atomic { nfull(cq) && (op[c] == 2 || (op[c] == 1 && !silent[c])) ->
    op[c] = 0; cq!RECV,c,0,0;
    silent[c] = silent[c] && !served[c] }
}

active proctype Kernel() {
  byte b;
end:
  do
  :: arrive(1)
  :: arrive(2)
  :: fail(1)
  :: fail(2)
  od
}

init {
  served[1] && (served[2] || LAST == 1) && free;
  op[1] + op[2] + len(sq) + len(cq) == 0;
  holder[1] == 0 && holder[2] == 0
}
