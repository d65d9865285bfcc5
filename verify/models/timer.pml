/* Timers: io.weft.sched.RuntimeTimer, its words when and queued, against heap entries that surface.
 *
 * One timer, H heaps with a lock and an inbox each. Two users arm it for moments that are chosen
 * freely, or stop it; runners fire what is due at a time that only grows; with one heap there is a
 * sweep. A heap is a set of keys: an entry is its key. Who arms adds the key to any heap whose lock
 * is free, or leaves it in the inbox of the first, as if it had found all locks taken.
 *
 * At the end each arming must have ended once (fired, moved or stopped), but for one that is still
 * armed; and that must have an entry whose key is early enough, in a heap that is not locked and
 * whose inbox is empty.
 *
 *  good: -DH=1
 *  good: -DH=2 -DUSES=1
 *  deep: -DH=1 -DRUNS=2
 *  deep: -DH=2
 *
 *  BUG=1  the heap does not look at when after it has written queued
 *  BUG=2  who arms reads queued before it writes when
 *  BUG=3  who fires looks at when and stores
 *  BUG=4  who gives a lock back does not look into the inbox then
 *  BUG=5  who leaves a key in the inbox does not try the lock again
 *  BUG=6  a sweep drops the second entry of a timer with the same key, and the first, too
 *  BUG=7  the heap that has raised queued leaves it to whoever has written it then, be it too late
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
#ifndef H
#define H 1
#endif
#ifndef USES
#define USES 2
#endif
#ifndef RUNS
#define RUNS 1
#endif
#ifndef T
#define T 2                             /* moments are 0 .. T-1 */
#endif
#define NEVER T

byte when = NEVER, queued = NEVER;
byte now;
byte armings, endings;

bit locked[H];
byte inHeap[H * T];                     /* how many entries with this key */
byte inBox[H * T];

#define HEAP(h, k) inHeap[(h) * T + (k)]
#define BOX(h, k) inBox[(h) * T + (k)]

/* CAS queued down to key; won tells whether the caller has to insert the entry */
inline lowerKey(key, q, won) {
  won = 0;
  q = queued;
  do
  :: q > key ->
     atomic {
       if
       :: queued == q -> queued = key; won = 1
       :: else -> q = queued
       fi
     };
     if :: won -> break :: else fi
  :: else -> break
  od;
  q = 0
}

inline hasMail(h, k, found) {
  atomic {
    found = 0; k = 0;
    do
    :: k < T -> if :: BOX(h, k) > 0 -> found = 1 :: else fi; k++
    :: else -> break
    od;
    k = 0
  }
}

/* the lock is held; afterwards it is not */
inline unlock(h, k, found) {
  do
  :: atomic {                           /* one letter after the other, all of them, would do, too */
       k = 0;
       do
       :: k < T -> HEAP(h, k) = HEAP(h, k) + BOX(h, k); BOX(h, k) = 0; k++
       :: else -> break
       od;
       k = 0
     };
     locked[h] = 0;
#if BUG == 4
     break
#else
     hasMail(h, k, found);
     if
     :: found ->
        atomic {
          found = 0;
          if
          :: !locked[h] -> locked[h] = 1
          :: else -> break
          fi
        }
     :: else -> break
     fi
#endif
  od
}

/* brings an entry, which is out of the heap, in line with when; the lock is held */
inline settle(h, key, w, q, won) {
  if
  :: queued != key -> key = NEVER
  :: else ->
     do
     :: w = when;
        if
        :: w == key -> break
        :: else
        fi;
        atomic {
          if
          :: queued == key -> queued = w; key = w; won = 1
          :: else -> won = 0
          fi
        };
#if BUG != 7
        if :: !won -> lowerKey(w, q, won) :: else fi;
#endif
        if
        :: won -> key = w; won = 0
        :: else -> key = NEVER; break
        fi;
#if BUG == 1
        break
#endif
     od
  fi;
  if
  :: key != NEVER -> HEAP(h, key)++
  :: else
  fi;
  atomic { w = 0; key = 0; won = 0 }
}

/* Arms the timer, or stops it, n times. */
proctype User(byte n) {
  byte w, q, h, k;
  bit won, found;
  do
  :: n > 0 ->
     atomic { n--; select (w : 0 .. NEVER) };
#if BUG == 2
     q = queued;
#endif
     atomic {
       if :: when != NEVER -> endings++ :: else fi;
       if :: w != NEVER -> armings++ :: else fi;
       when = w
     };
#if BUG != 2
     if :: w != NEVER -> q = queued :: else fi;
#endif
     if
     :: w == NEVER || q <= w -> goto next
     :: else
     fi;
     atomic {
       q = 0;
       if
       :: !locked[0] -> h = 0; locked[h] = 1
#if H > 1
       :: !locked[1] -> h = 1; locked[h] = 1
#endif
       :: h = H                         /* the inbox */
       fi
     };
     if
     :: h < H ->
        lowerKey(w, q, won);
        atomic { if :: won -> HEAP(h, w)++ :: else fi; won = 0 };
        unlock(h, k, found)
     :: else ->
        lowerKey(w, q, won);
        if
        :: won ->
           BOX(0, w)++;
#if BUG != 5
           atomic {
             if
             :: !locked[0] -> locked[0] = 1
             :: else -> goto next
             fi
           };
           unlock(0, k, found)
#endif
        :: else
        fi
     fi;
next:
     atomic { q = 0; h = 0; w = 0; k = 0; won = 0; found = 0 }
  :: else -> break
  od
}

/* Takes one entry that is due, or stops when the time is over and there is none. */
proctype Runner(byte h; byte runs) {
  byte key, w, k, q;
  bit found, won;
  do
  :: runs > 0 ->
     runs--;
     if
     :: atomic { now < T - 1 -> now++ }
     :: true
     fi;
     atomic {
       if
       :: !locked[h] -> locked[h] = 1
       :: else -> goto next
       fi
     };
     atomic {                           /* the first entry, if it is due */
       key = 0;
       do
       :: key <= now && HEAP(h, key) == 0 -> key++
       :: else -> break
       od;
       if
       :: key <= now -> HEAP(h, key)--
       :: else -> key = NEVER
       fi
     };
     if
     :: key != NEVER ->
        if
        :: queued == key ->             /* claim: fires outside the lock, which adds nothing here */
#if BUG == 3
           w = when;
           if :: w <= now -> when = NEVER; endings++ :: else fi;
#else
           do
           :: w = when;
              if
              :: w <= now ->
                 atomic {
                   if
                   :: when == w -> when = NEVER; endings++; break
                   :: else
                   fi
                 }
              :: else -> break
              fi
           od;
#endif
           w = 0;
           settle(h, key, w, q, won)
        :: else                         /* dropped */
        fi
     :: else
     fi;
     unlock(h, k, found);
next:
     atomic { key = 0; w = 0; k = 0; found = 0 }
  :: else -> break
  od
}

/* Keeps one of several entries with the same key. */
proctype Sweeper(byte h) {
  byte key, w, k, q;
  bit found, won;
  atomic {
    if
    :: !locked[h] -> locked[h] = 1
    :: else -> goto end
    fi
  };
  key = 0;
  do
  :: key < T && HEAP(h, key) > 0 ->
     k = key;
#if BUG == 6
     if :: HEAP(h, key) > 1 -> HEAP(h, key) = 0; k = NEVER :: else -> HEAP(h, key) = 0 fi;
#else
     HEAP(h, key) = 0;
#endif
     if
     :: k != NEVER -> settle(h, k, w, q, won)
     :: else
     fi;
     key++
  :: key < T && HEAP(h, key) == 0 -> key++
  :: else -> break
  od;
  atomic { key = 0; k = 0 };
  unlock(h, k, found);
end:
  skip
}

init {
  byte i;
  bit early;
  atomic {
    run User(USES); run User(1); run Runner(0, RUNS);
#if H > 1
    run Runner(1, 1)
#else
    run Sweeper(0)
#endif
  };
  _nr_pr == 1;
  assert(armings == endings + (when != NEVER));
  i = 0;
  do
  :: i < H -> assert(!locked[i]); i++
  :: else -> break
  od;
  i = 0;
  do
  :: i < H * T ->
     assert(inBox[i] == 0);
     if
     :: inHeap[i] > 0 && queued == i % T && queued <= when -> early = 1
     :: else
     fi;
     i++
  :: else -> break
  od;
  assert(when == NEVER || early)
}
