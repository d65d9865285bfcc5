/* The short-read rule of io.weft.netpoll.PollDesc as io.weft.net.StreamConn follows it: after a
 * recv that filled less than the buffer the next read waits first, without a recv that would only
 * answer EAGAIN, unless an edge has announced more than bytes.
 *
 * The peer sends pieces at any moment; then the end of the stream, which the reader waits for, or
 * nothing more, and the reader waits for all the pieces. The poller harvests an edge, for whatever is there at that moment, and delivers it later.
 * A reader that parks over bytes or over the end of the stream is a deadlock.
 *
 *  good: -DBUG=0
 *
 *  BUG=1  the rule is followed after a hangup, too
 *  BUG=2  the hangup mark comes after the readiness of its edge
 *  BUG=3  readiness is forgotten between the short recv and the wait
 *  BUG=4  the reader asks for the hangup before the recv
 *  BUG=5  the descriptor is not registered for RDHUP
 *  BUG=6  the rule is followed after a full buffer, too
 *  BUG=7  readiness is forgotten after the recv
 *
 *  bad: -DBUG=1
 *  bad: -DBUG=2
 *  bad: -DBUG=3
 *  bad: -DBUG=4
 *  bad: -DBUG=5
 *  bad: -DBUG=6
 *  bad: -DBUG=7
 */
#ifndef BUG
#define BUG 0
#endif
#define PIECES 3
#define BUFFER 2

#define NONE 0
#define READY 1
#define WAITS 2

byte slot, queue;                       /* read slot; receive queue of the socket */
bit untilEnd, permit, hangup, fin, registered, edge;

inline forget() { atomic { if :: slot == READY -> slot = NONE :: else fi } }

proctype Reader() {
  byte n;
  bit wait, drained, end, old;
  byte got;
  do
  :: end || (!untilEnd && got == PIECES) -> break
  :: else ->                            /* one read */
#if BUG == 1
     wait = drained;
#elif BUG != 4
     wait = drained && !hangup;
#endif
#if BUG == 3
     forget();
#endif
     do
     :: wait ->
        if
        :: registered
        :: !registered -> atomic { registered = 1; edge = (queue > 0 || fin) }
        fi;
        atomic {
          if
          :: slot == READY -> slot = NONE; old = 1
          :: else -> slot = WAITS
          fi
        };
        if
        :: old -> old = 0
        :: else ->
           do
           :: slot == WAITS -> atomic { permit -> permit = 0 }
           :: slot != WAITS -> break
           od;
           slot = NONE
        fi;
        wait = 0
     :: !wait ->
#if BUG == 4
        wait = !hangup;
#endif
#if BUG != 7
        forget();                       /* prepareRead */
#endif
        atomic {                        /* recv: what there is, the end of the stream, or EAGAIN */
          n = (queue > BUFFER -> BUFFER : queue);
          queue = queue - n;
          end = (n == 0 && fin);
          got = got + n
        };
#if BUG == 7
        forget();
#endif
        if
        :: end -> break
        :: !end && n > 0 ->
#if BUG == 4
           wait = wait && n < BUFFER;
#elif BUG == 6
           drained = 1;
#else
           drained = n < BUFFER;
#endif
           n = 0;
           break
        :: !end && n == 0 -> wait = 1
        fi
     od
  od
}

proctype Peer() {
  byte sent;
  do
  :: sent < PIECES -> atomic { sent++; queue++; edge = (edge || registered) }
  :: sent == PIECES || untilEnd -> break
  od;
  if
  :: !untilEnd -> goto done
  :: else
  fi;
  atomic {
    fin = 1;
#if BUG == 5
    skip
#else
    edge = (edge || registered)
#endif
  };
done:
  skip
}

active proctype Poller() {
  bit more;
  byte old;
end:
  do
  :: atomic { edge -> edge = 0; more = fin };           /* the mask is that of the harvest */
#if BUG == 5
     more = 0;
#endif
#if BUG != 2
     if :: more -> hangup = 1 :: else fi;
#endif
     atomic { old = slot; slot = READY };
     if :: old == WAITS -> permit = 1 :: else fi;
#if BUG == 2
     if :: more -> hangup = 1 :: else fi;
#endif
     atomic { more = 0; old = 0 }
  od
}

init { atomic { if :: untilEnd = 1 :: untilEnd = 0 fi; run Reader(); run Peer() } }
