/* Deadlines of a wait: io.weft.netpoll, ReadinessSlots and Deadlines.
 *
 * A reader wants a piece of data by the short-read rule: it receives after an edge only, also
 * after a time-out, when it clears its deadline and waits again. A poller announces the piece. Two
 * setters move the deadline: to the past, to a later moment, away. Time passes, and an alarm rings
 * some time after the moment that it is set for.
 *
 * When nothing moves any more and the reader still waits, it must have no deadline, no edge may be
 * left in its slot and no data in its socket.
 *
 *  good: -DBUG=0
 *
 *  BUG=1  the waiter reads its deadline before it enters the slot, and not after
 *  BUG=2  a waiter whose deadline has passed empties its slot by a store
 *  BUG=3  a setter sets the alarm once, and does not look whether it was overtaken
 *  BUG=4  the alarm does not unpark the waiter
 *  BUG=5  the alarm rings before the clock has reached its moment
 *  BUG=6  between READY and the receive the reader gives up because of its deadline
 *  BUG=7  the alarm looks into the slot before the clock has reached its moment
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
#define PIECES 1

#define NONE 0
#define READY 1
#define WAITS 2

#define PAST 0
#define SOON 1
#define LATE 2
#define NEVER 3

byte slot;                              /* read slot */
bit permit;
byte arrived;                           /* bytes in the receive queue */
byte now;                               /* PAST, then SOON, then LATE */
byte moment = SOON;                     /* the deadline */
byte alarm = SOON;                      /* what the alarm is set for */

inline setDeadline(d) {
  moment = d;
  m = d;
  do
  :: alarm = m;                         /* reset, or stop */
#if BUG == 3
     break
#else
     n = moment;
     if
     :: n == m -> break
     :: else -> m = n
     fi
#endif
  od;
  if
  :: slot == WAITS ->
     m = moment;
     if :: m <= now -> permit = 1 :: else fi
  :: else
  fi;
  atomic { m = 0; n = 0 }
}

proctype Reader() {
  byte got, old, m, n;
  bit passed;
  do
  :: got == PIECES -> break
  :: else ->
#if BUG == 1
     m = moment; passed = (m <= now); m = 0;
#endif
     atomic {                           /* enter */
       if
       :: slot == READY -> slot = NONE; old = READY
       :: else -> assert(slot == NONE); slot = WAITS
       fi
     };
     if
     :: old == READY
     :: else ->
        do
        :: slot != WAITS -> slot = NONE; old = READY; break
        :: slot == WAITS ->
#if BUG != 1
           m = moment; passed = (m <= now); m = 0;
#endif
           if
           :: passed ->
#if BUG == 2
              slot = NONE;
              break
#else
              atomic { if :: slot == WAITS -> slot = NONE; old = NONE :: else -> old = READY fi };
              if :: old == READY -> slot = NONE :: else fi;
              break
#endif
           :: else ->
              if                        /* park */
              :: permit -> permit = 0
              :: timeout ->
                 assert(moment == NEVER && arrived == 0 && slot == WAITS);
                 goto end
              fi
           fi
        od
     fi;
     passed = 0;
     if
     :: old == READY ->
        old = NONE;
#if BUG == 6
        m = moment;
        if
        :: m <= now -> setDeadline(NEVER); goto again
        :: else -> m = 0
        fi;
#endif
        atomic { got = got + arrived; arrived = 0 }                     /* recv */
     :: else -> setDeadline(NEVER)
     fi;
again:
     skip
  od;
end:
  skip
}

proctype Poller() {
  byte sent, old;
  do
  :: sent < PIECES ->
     arrived++;
     atomic { old = slot; slot = READY };
     if :: old == WAITS -> permit = 1 :: else fi;
     atomic { old = 0; sent++ }
  :: break                              /* the peer says no more */
  od
}

proctype Setter() {
  byte m, n;
  if
  :: setDeadline(PAST)
  :: setDeadline(LATE)
  :: setDeadline(NEVER)
  fi
}

proctype Clock() {
  now = SOON;
  now = LATE
}

active proctype Alarm() {
  byte w;
  bit found;
end:
  do
#if BUG == 5
  :: atomic { alarm != NEVER -> alarm = NEVER };
#elif BUG == 7
  :: alarm != NEVER -> w = alarm; found = (slot == WAITS);
     atomic { w <= now; if :: alarm == w -> alarm = NEVER :: else -> found = 0 fi };
     if :: found && slot == WAITS -> permit = 1 :: else fi;
     atomic { w = 0; found = 0 };
     goto end;
#else
  :: atomic { alarm <= now -> alarm = NEVER };
#endif
     if
#if BUG == 4
     :: slot == WAITS -> skip
#else
     :: slot == WAITS -> permit = 1
#endif
     :: else
     fi
  od
}

init { atomic { run Reader(); run Poller(); run Setter(); run Setter(); run Clock() } }
