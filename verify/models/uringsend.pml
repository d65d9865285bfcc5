/* Sends of io_uring, a completion queue that overflows, the sleep of the poller's M:
 * io.weft.netpoll.UringPoller, RingSends, SendBuffers.
 *
 * Two connections, each with a writer that writes single bytes, waits for the answer or ends its
 * output or neither, and closes. Writer 1 believes to run on the P of the poller: it leaves what it
 * queues to the M, unless that sleeps. Writer 2 submits itself. The kernel carries out an entry
 * while it takes it, silently if all bytes found room; else the completion comes before the head
 * passes the entry. The end of the output is carried out later, by a worker. Once for each of the
 * first TIGHT connections there is less room than bytes; with REFUSE an enter is refused (no
 * memory). The completion queue holds one completion. What overflows is brought in by an enter that
 * is asked to; it puts down the flag before the completions can be seen. The peers do not write.
 *
 * The lock is given to one thread at a time, but the kernel does not ask for it: where a holder
 * reads the kernel's words one after the other, those are steps.
 *
 * Who waits for ever is a deadlock: init waits until both slots are empty. Other faults are
 * assertions: bytes that change places, a slot that is emptied before the bytes are sent, an entry
 * that finds its slot empty or another's bytes in its buffer.
 *
 *  good: -DTIGHT=2 -DBYTES=1 -DCLOSES=0
 *  good: -DTIGHT=1 -DBYTES=1 -DCLOSES=1 -DSTOPS=1
 *  good: -DREFUSE=1 -DANSWERS=2
 *  deep: -DTIGHT=2 -DBYTES=1
 *  deep: -DTIGHT=1 -DSTOPS=1
 *
 *  BUG=1  a buffer is free when its send has been handed over
 *  BUG=2  bytes are queued behind a send that may yet fail
 *  BUG=3  whether the M sleeps is looked at before the lock is taken
 *  BUG=4  completions that have overflowed are not asked for
 *  BUG=5  buffers are freed while the flag of an overflow is up
 *  BUG=6  an entry that finds the submission queue full is dropped
 *  BUG=7  buffers are freed while an enter brings in what has overflowed
 *  BUG=8  an entry is changed while a thread is in its enter
 *  BUG=9  a completion is reaped that the search for failed sends has not seen
 *  BUG=10 who has submitted does not look at what was refused
 *  BUG=11 a slot is emptied while the end of the output is under way
 *  BUG=12 the completions are searched before the head is read
 *  BUG=13 a close does not wait for what is left over
 *  BUG=14 the output is ended while it is not known what is left over
 *
 *  bad: -DBUG=1 -DROOM=2
 *  bad: -DBUG=2 -DTIGHT=1
 *  bad: -DBUG=3 -DANSWERS=2
 *  bad: -DBUG=4 -DTIGHT=2 -DCLOSES=0
 *  bad: -DBUG=5 -DTIGHT=2 -DCLOSES=0
 *  bad: -DBUG=6
 *  bad: -DBUG=7 -DTIGHT=2 -DCLOSES=0
 *  bad: -DBUG=8
 *  bad: -DBUG=9 -DTIGHT=1
 *  bad: -DBUG=10 -DREFUSE=1
 *  bad: -DBUG=11 -DTIGHT=1 -DSTOPS=1 -DBYTES=1
 *  bad: -DBUG=12 -DTIGHT=1
 *  bad: -DBUG=13 -DTIGHT=1
 *  bad: -DBUG=14 -DTIGHT=2 -DSTOPS=1 -DBYTES=1 -DCLOSES=0
 */
#ifndef BUG
#define BUG 0
#endif
#ifndef BYTES                           /* of connection 1; the other writes one */
#define BYTES 2
#endif
#ifndef CLOSES                          /* so many writers close */
#define CLOSES 2
#endif
#ifndef TIGHT
#define TIGHT 0
#endif
#ifndef REFUSE
#define REFUSE 0
#endif
#ifndef ANSWERS                         /* so many writers may wait for an answer */
#define ANSWERS 0
#endif
#ifndef STOPS                           /* so many writers may end their output */
#define STOPS 0
#endif
#ifndef ROOM                            /* entries that anyone may queue; who reaps has more */
#define ROOM 1
#endif

mtype:kind = { SEND, SPACE, SHUT };     /* SPACE: tell when there is room */
mtype:state = { FREE, QUEUED, HANDED, PASSED };
mtype:work = { WRITE, ANSWER, STOP, CLOSE, LAST };

chan sq = [ROOM + 3] of { mtype:kind, byte };      /* buffer, or connection */
chan cq = [1] of { mtype:kind, byte, byte };       /* connection, bytes that were sent */
chan overflow = [4] of { mtype:kind, byte, byte };
chan call = [0] of { byte, bit };       /* io_uring_enter: count, flush */
chan back = [0] of { bit };             /* its answer: whether it was refused */

/* the kernel */
bit flag, edge, refused;                /* edge: of the ring, in epoll */
byte sent[3];                           /* the last byte that the socket has taken */
bit tight[3], stopping[3], emptied[3];

/* the runtime */
bit held, asleep, awaken, searched;
byte entering, flushing;                /* threads */
mtype:state phase[3] = FREE;            /* of a buffer */
byte own[3], lo[3], hi[3];              /* whose bytes, from and to */
byte written[3], buffer[3], known[3];   /* known: the last byte known to be sent */
bit blocked[3], waits[3], lingers[3], finished[3], later[3], shutting[3], writable[3];
byte entries[3];                        /* of a connection that the kernel has not taken */

inline queue(what, which, whose) { sq!what,which; entries[whose]++ }

inline startSend(whom, with) {          /* a free buffer and room are there */
  with = (phase[1] == FREE -> 1 : 2);
  phase[with] = QUEUED; own[with] = whom; buffer[whom] = with;
  queue(SEND, with, whom)
}

inline finishIfOver(conn) {
  if
  :: lingers[conn] && (!blocked[conn] || BUG == 13) && (!shutting[conn] || BUG == 11) && buffer[conn] == 0 ->
     finished[conn] = 1; lingers[conn] = 0
  :: else
  fi
}

inline restSent(conn) {
  blocked[conn] = 0;
  if
  :: later[conn] && !lingers[conn] -> queue(SHUT, conn, conn); shutting[conn] = 1
  :: else
  fi;
  later[conn] = 0;
  writable[conn] = !lingers[conn]
}

inline search(k, c, n, b) {             /* inside atomic */
  if
  :: len(cq) > 0 && !searched ->
     cq?k,c,n; cq!k,c,n; searched = 1;
     if
     :: k == SEND ->
        b = buffer[c]; assert(b > 0);
        buffer[c] = 0; known[c] = lo[b] + n - 1; blocked[c] = 1;
        queue(SPACE, c, c)
     :: else
     fi
  :: else
  fi;
  k = 0; c = 0; n = 0; b = 0
}

inline settle(done, c) {                /* a buffer whose entry the head had passed */
  c = own[done];
  if
  :: buffer[c] == done ->
     buffer[c] = 0; known[c] = hi[done];
     if :: blocked[c] -> restSent(c) :: else fi
  :: else
  fi;
  if :: waits[c] -> waits[c] = 0; writable[c] = 1 :: else fi;
  finishIfOver(c);
  phase[done] = FREE; own[done] = 0; lo[done] = 0; hi[done] = 0; c = 0
}

/* finishSends: the head, the flag, the completions, in this order */
inline readHead(one, two, look) {       /* inside atomic */
  one = (look && phase[1] == PASSED && len(sq) <= ROOM);
  two = (look && phase[2] == PASSED && len(sq) <= ROOM)
}

inline lock(k, c, n, b, one, two, in, flush, look) {
  atomic { !held ->
    held = 1;
    entering = entering - in; flushing = flushing - flush;
    in = 0; flush = n; n = 0;
#if BUG == 12
    if :: look -> search(k, c, n, b) :: else fi
  };
  atomic {
#endif
    readHead(one, two, look)
  }
}

inline finishSends(k, c, n, b, one, two) {
  if
  :: one || two ->
     if
     :: (flag && BUG != 5) || (flushing > 0 && BUG != 7) -> atomic { one = 0; two = 0 }
     :: else ->
        atomic {
          if :: BUG != 12 -> search(k, c, n, b) :: else fi;
          if :: one -> one = 0; settle(1, c) :: else fi;
          if :: two -> two = 0; settle(2, c) :: else fi
        }
     fi
  :: else
  fi
}

inline handOver(which) {
#if BUG == 1
  if :: phase[which] == QUEUED -> phase[which] = FREE; buffer[own[which]] = 0 :: else fi
#else
  if :: phase[which] == QUEUED -> phase[which] = HANDED :: else fi
#endif
}

inline release(conn) {                  /* its entries are taken */
  if
  :: finished[conn] && entries[conn] == 0 ->
     assert(sent[conn] == written[conn]);
     finished[conn] = 0; emptied[conn] = 1;
     sent[conn] = 0; written[conn] = 0; known[conn] = 0; tight[conn] = 0; writable[conn] = 0
  :: else
  fi
}

inline submit(k, c, n, b, one, two, in, flush) {
  atomic { !held ->
    n = len(sq); entering++; in = 1; handOver(1); handOver(2);
    flush = (flag && BUG != 4); flushing = flushing + flush };
  call!n,flush;
  back?n;
  lock(k, c, n, b, one, two, in, flush, 1);
  finishSends(k, c, n, b, one, two);
  atomic {
    if :: flush && asleep && len(sq) > 0 && BUG != 10 -> awaken = 1 :: else fi;
    flush = 0; release(1); release(2); held = 0
  }
}

proctype Writer(byte me) {
  mtype:kind k;
  mtype:work step = WRITE;
  byte c, n, b;
  bit one, two, in, flush, must, again, awake;
  do
  :: step == LAST -> break
  :: step == ANSWER -> atomic { sent[me] == written[me] -> step = CLOSE }
  :: step != LAST && step != ANSWER ->
     if :: step == WRITE -> writable[me] = 0 :: else fi;    /* prepareWrite */
#if BUG == 3
     awake = !asleep;
#endif
     lock(k, c, n, b, one, two, in, flush, (step == WRITE && (buffer[me] > 0 || (phase[1] != FREE && phase[2] != FREE))));
     finishSends(k, c, n, b, one, two);
     atomic {
       b = buffer[me];
       if
       :: step == WRITE && blocked[me] -> again = 1
       :: step == WRITE && !blocked[me] && b > 0 && phase[b] == QUEUED && (entering == 0 || BUG == 8) ->
          written[me]++; hi[b] = written[me]
       :: step == WRITE && !blocked[me] && b > 0 && (phase[b] != QUEUED || (entering > 0 && BUG != 8)) && BUG != 2 ->
          waits[me] = 1; again = 1
       :: step == WRITE && !blocked[me] && (b == 0 || (BUG == 2 && phase[b] != QUEUED)) ->
          if
          :: len(sq) < ROOM && (phase[1] == FREE || phase[2] == FREE) ->
             startSend(me, b); written[me]++; lo[b] = written[me]; hi[b] = written[me]
          :: else ->
             must = 1;
             if :: BUG == 6 && len(sq) >= ROOM -> written[me]++ :: else fi
          fi
       :: step == STOP ->               /* what is handed over tells whether it is blocked */
          must = (b > 0 && !blocked[me] && !(BUG == 14 && awake));
          assert(must || blocked[me] || sent[me] == written[me]);
          awake = (BUG == 14); later[me] = blocked[me]
       :: step == CLOSE ->
          must = 1; lingers[me] = 1; step = LAST;
          finishIfOver(me)
       fi;
       b = 0;
       must = must || (!again && step == WRITE && (me == 2 || (BUG == 3 -> !awake : asleep)));
       if
       :: step == WRITE && written[me] == (me == 1 -> BYTES : 1) ->
          if
          :: me <= STOPS -> step = STOP
          :: me <= ANSWERS -> step = ANSWER
          :: step = (me <= CLOSES -> CLOSE : LAST)
          fi
       :: step == STOP && !must -> step = CLOSE; awake = 0
       :: else
       fi;
       held = 0
     };
     if :: must -> must = 0; submit(k, c, n, b, one, two, in, flush) :: else fi;
     if :: again -> atomic { writable[me] -> again = 0 } :: else fi
  od
}

/* the M that drives the poller */
active proctype Poller() {
  mtype:kind k;
  byte c, n, b;
  bit one, two, in, flush, woken;
  do
  :: if :: flag || len(sq) > 0 -> submit(k, c, n, b, one, two, in, flush) :: else fi;
     lock(k, c, n, b, one, two, in, flush, 1);
     finishSends(k, c, n, b, one, two);
     if :: len(sq) <= ROOM -> atomic { search(k, c, n, b) } :: else fi;
     atomic {
       if
       :: len(sq) <= ROOM && (searched || (BUG == 9 && len(cq) > 0)) ->
          cq?k,c,n; searched = 0;
          if
          :: k == SPACE && blocked[c] && buffer[c] == 0 ->
             if
             :: phase[1] == FREE || phase[2] == FREE ->
                startSend(c, b); lo[b] = known[c] + 1; hi[b] = written[c]; b = 0
             :: else -> queue(SPACE, c, c)
             fi
          :: k == SHUT -> shutting[c] = 0; finishIfOver(c)
          :: else
          fi;
          k = 0; c = 0; n = 0
       :: else
       fi;
       release(1); release(2); held = 0
     };
     if
     :: woken -> woken = 0              /* block() returns, and is called again */
     :: else ->
        atomic { !held -> asleep = (len(sq) == 0 && len(cq) == 0) };
        if
        :: asleep ->
end:       atomic { edge || awaken -> edge = 0; awaken = 0 };
           atomic { !held -> asleep = 0; woken = 1 }
        :: else
        fi
     fi
  od
}

inline post(k, c, n) {                  /* inside atomic; order is kept */
  if
  :: len(cq) == 0 && len(overflow) == 0 -> cq!k,c,n
  :: else -> overflow!k,c,n; flag = 1
  fi;
  edge = 1
}

inline shutDown(c) {
  atomic { stopping[c] -> stopping[c] = 0; assert(!emptied[c]); post(SHUT, c, 0) }
}

active proctype Kernel() {
  mtype:kind k;
  byte x, c, n, count;
  bit flush, fewer;
end:
  do
  :: shutDown(1)
  :: call?count,flush ->
     if
     :: count > 0 && !refused && REFUSE -> refused = 1; count = 0; fewer = 1
     :: true
     fi;
     do
     :: count > 0 && len(sq) > 0 ->
        atomic {
          sq?<k,x>;
          c = (k == SEND -> own[x] : x);
          assert(c > 0 && !emptied[c]);
          if
          :: k == SEND ->
             assert(lo[x] == sent[c] + 1 && hi[x] >= lo[x]);
             if
             :: n = hi[x] + 1 - lo[x]
             :: !tight[c] && c <= TIGHT ->
                tight[c] = 1;
                if :: n = 0 :: n = hi[x] - lo[x] fi;
                post(SEND, c, n)
             fi;
             sent[c] = sent[c] + n
          :: k == SPACE -> post(SPACE, c, 0)        /* room has come meanwhile */
          :: k == SHUT -> stopping[c] = 1
          fi
        };
        atomic {                        /* the head */
          sq?k,x;
          if :: k == SEND && phase[x] != FREE -> phase[x] = PASSED :: else fi;
          entries[c]--; count--;
          k = 0; x = 0; c = 0; n = 0
        }
     :: else -> break
     od;
     if
     :: flush ->
        if :: len(overflow) <= 1 - len(cq) -> flag = 0 :: else fi;
        atomic {
          if :: len(cq) == 0 && len(overflow) > 0 -> overflow?k,c,n; cq!k,c,n; edge = 1 :: else fi;
          k = 0; c = 0; n = 0; flush = 0
        }
     :: else
     fi;
     atomic { count = 0; back!fewer; fewer = 0 }
  od
}

init {
  atomic { run Writer(1); run Writer(2) };
  emptied[1] || (CLOSES < 1 && sent[1] == BYTES);
  emptied[2] || (CLOSES < 2 && sent[2] == 1)
}
