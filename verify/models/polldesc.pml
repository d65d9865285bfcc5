/* One descriptor number, two connections after each other: io.weft.netpoll, PollDesc and what it
 * is made of.
 *
 * A reader of the first connection wants two pieces of data; a closer closes the connection at any
 * moment. When close(2) is done, the kernel gives the number to the second connection, whose
 * reader wants two pieces as well. One poller harvests edges and delivers them a moment later. The
 * peers send when they like.
 *
 * Who waits for ever is a deadlock. Faults are assertions: a system call on a number that belongs
 * to another connection, an event that reaches a connection it was not meant for, a table entry
 * that is taken or is another's.
 *
 *  good: -DBUG=0
 *
 *  BUG=1  a waiter does not look at the closed bit after it has entered the slot
 *  BUG=2  the closer empties the slot before it sets the closed bit
 *  BUG=3  an event is delivered without comparing generations
 *  BUG=4  the table entry is cleared after close(2)
 *  BUG=5  close(2) does not wait for the references
 *  BUG=6  stale readiness is forgotten after the recv, not before
 *  BUG=7  readiness that finds no waiter is not kept
 *  BUG=8  a waiter enters the slot by a blind store
 *  BUG=9  the poller unparks before it puts READY into the slot
 *
 *  bad: -DBUG=1
 *  bad: -DBUG=2
 *  bad: -DBUG=3
 *  bad: -DBUG=4
 *  bad: -DBUG=5
 *  bad: -DBUG=6
 *  bad: -DBUG=7
 *  bad: -DBUG=8
 *  bad: -DBUG=9
 */
#ifndef BUG
#define BUG 0
#endif
#define PIECES 2

#define NONE 0
#define READY 1
#define WAITS 2

/* per connection, 1 and 2; [0] is not used */
byte slot[3];                           /* read slot */
bit closed[3], permit[3];
byte refs[3];

/* the kernel */
byte owner = 1;                         /* the connection that the number belongs to, or 0 */
byte arrived[3];                        /* bytes in the receive queue */
bit registered[3], edge[3];

byte entry = 1;                         /* the table, at this number */

inline last(c) {                        /* the last reference closes */
#if BUG == 4
  atomic { owner = 0; registered[c] = 0; edge[c] = 0 };
  assert(entry == c);
  entry = 0
#else
  assert(entry == c);
  entry = 0;
  atomic { owner = 0; registered[c] = 0; edge[c] = 0 }
#endif
}

proctype Reader(byte c) {
  byte got, n, old;
  bit mine;
  atomic {                              /* lockRead */
    if
    :: closed[c] -> goto end
    :: else -> refs[c]++
    fi
  };
  do
  :: got == PIECES -> break
  :: else ->
#if BUG != 6
     atomic { if :: slot[c] == READY -> slot[c] = NONE :: else fi };    /* prepareRead */
#endif
     atomic { assert(owner == c); n = arrived[c]; arrived[c] = 0 };     /* recv */
     got = got + n;
     if
     :: n > 0 -> n = 0
     :: else ->                         /* EAGAIN */
#if BUG == 6
        atomic { if :: slot[c] == READY -> slot[c] = NONE :: else fi };
#endif
        if :: closed[c] -> break :: else fi;
        if
        :: registered[c]
        :: !registered[c] ->            /* epoll_ctl(ADD) looks at the socket */
           atomic { registered[c] = 1; edge[c] = (arrived[c] > 0) }
        fi;
#if BUG == 8
        slot[c] = WAITS;
#else
        atomic {
          if
          :: slot[c] == READY -> slot[c] = NONE; old = READY
          :: else -> assert(slot[c] == NONE); slot[c] = WAITS
          fi
        };
#endif
        if
        :: old == READY -> old = NONE   /* the next recv */
        :: else ->
#if BUG != 1
           if
           :: closed[c] -> goto leave
           :: else
           fi;
#endif
           do
           :: atomic { slot[c] == WAITS -> permit[c] -> permit[c] = 0 } /* park */
              if :: closed[c] -> break :: else fi
           :: slot[c] != WAITS -> break
           od;
leave:
           slot[c] = NONE;
           if :: closed[c] -> break :: else fi
        fi
     fi
  od;
  atomic { refs[c]--; mine = (closed[c] && refs[c] == 0) };             /* unlockRead */
#if BUG == 5
  mine = 0;
#endif
  if :: mine -> last(c) :: else fi;
end:
  skip
}

proctype Closer() {
  bit mine;
  byte old;
#if BUG == 2
  atomic { old = slot[1]; slot[1] = NONE; if :: old == WAITS -> permit[1] = 1 :: else fi };
  atomic { closed[1] = 1; mine = (refs[1] == 0) };
#else
  atomic { closed[1] = 1; mine = (refs[1] == 0) };
  atomic { old = slot[1]; slot[1] = NONE };
  if :: old == WAITS -> permit[1] = 1 :: else fi;
#endif
#if BUG == 5
  mine = 1;
#endif
  if :: mine -> last(1) :: else fi
}

proctype Opener() {                     /* accept gives the number out again */
  atomic { owner == 0 -> owner = 2 };
  assert(entry == 0);
  entry = 2;
  run Reader(2)
}

proctype Peer(byte c) {
  byte sent;
  do
  :: sent < PIECES ->
     if
     :: atomic { owner == c ->
          arrived[c]++;
          if :: registered[c] -> edge[c] = 1 :: else fi
        };
        sent++
     :: c == 1 && owner != 1 -> break   /* reset */
     fi
  :: else -> break
  od
}

active proctype Poller() {
  byte event, found, old;
end:
  do
  :: atomic { edge[1] -> edge[1] = 0; event = 1 }; goto deliver
  :: atomic { edge[2] -> edge[2] = 0; event = 2 }; goto deliver
  od;
deliver:
  found = entry;
#if BUG != 3
  if :: found != event -> atomic { event = 0; found = 0 }; goto end :: else fi;
#endif
  if :: found == 0 -> event = 0; goto end :: else fi;
  assert(found == event);
#if BUG == 9
  if :: slot[found] == WAITS -> permit[found] = 1 :: else fi;
  slot[found] = READY;
#elif BUG == 7
  atomic { old = slot[found]; if :: old == WAITS -> slot[found] = READY :: else fi };
  if :: old == WAITS -> permit[found] = 1 :: else fi;
#else
  atomic { old = slot[found]; slot[found] = READY };
  if :: old == WAITS -> permit[found] = 1 :: else fi;
#endif
  atomic { event = 0; found = 0; old = 0 };
  goto end
}

init { atomic { run Reader(1); run Closer(); run Opener(); run Peer(1); run Peer(2) } }
