/* Parking and waking of Ps: the protocol of io.weft.sched.Scheduler and FindRunnable.
 *
 * N Ps, each with an M that stays attached to it, a local ring, and a poller in which the M blocks
 * when there is nothing to run. A submitter from outside adds plain tasks to the global queue. One
 * task is a hog: it keeps its P until every other task is done, so that a task that lies beside a
 * sleeping P is a deadlock, which Spin reports. The hog comes from outside, too, or with another
 * task in one batch of readiness (READINESS); it may make a plain task ready before it holds its
 * P (SPAWN).
 *
 *  good: -DN=2 -DOUTSIDE=2
 *  good: -DN=2 -DOUTSIDE=1 -DSPAWN
 *  good: -DN=3 -DOUTSIDE=0
 *  good: -DN=3 -DOUTSIDE=0 -DREADINESS -DSPAWN
 *  deep: -DN=3 -DOUTSIDE=1
 *  deep: -DN=3 -DOUTSIDE=1 -DREADINESS
 *
 * Memory is sequentially consistent here; a missing fence is a variant in which the load comes
 * before the store. Each variant must fail:
 *
 *  BUG=1   no look at the queues after leaving the spinning count             (I3 missing)
 *  BUG=2   the submitter looks at the idle set before it enqueues             (S1 missing)
 *  BUG=3   the second look comes before leaving the spinning count            (I2 missing)
 *  BUG=4   the second look comes before entering the idle set                 (I1 missing)
 *  BUG=5   who found work while spinning does not wake the next
 *  BUG=6   a P that was claimed does not know that it is counted as spinning
 *  BUG=7   a waker that finds nobody to claim keeps its count
 *  BUG=8   a waker that finds nobody to claim gives its count back and does not look again
 *  BUG=9   a batch of readiness wakes nobody for the rest
 *  BUG=10  a share of the global queue moves to a ring and wakes nobody
 *  BUG=11  an M that was not spinning sleeps without the second look
 *  BUG=12  who finds work by the second look is not counted as spinning again
 *
 *  bad: -DBUG=1 -DN=2 -DOUTSIDE=1
 *  bad: -DBUG=2 -DN=2 -DOUTSIDE=1
 *  bad: -DBUG=3 -DN=2 -DOUTSIDE=1
 *  bad: -DBUG=4 -DN=2 -DOUTSIDE=1
 *  bad: -DBUG=5 -DN=2 -DOUTSIDE=1
 *  bad: -DBUG=6 -DN=2 -DOUTSIDE=1
 *  bad: -DBUG=7 -DN=2 -DOUTSIDE=1
 *  bad: -DBUG=8 -DN=2 -DOUTSIDE=1
 *  bad: -DBUG=9 -DN=2 -DOUTSIDE=1 -DREADINESS
 *  bad: -DBUG=10 -DN=2 -DOUTSIDE=1
 *  bad: -DBUG=11 -DN=2 -DOUTSIDE=1
 *  bad: -DBUG=12 -DN=2 -DOUTSIDE=1
 */
#ifndef BUG
#define BUG 0
#endif
#ifndef N
#define N 3
#endif
#ifndef OUTSIDE
#define OUTSIDE 1                       /* tasks from outside, beside the hog and what comes with it */
#endif

byte plainGlobal;                       /* global queue: plain tasks, and the hog */
bit hogGlobal;
byte plainRing[N];                      /* local rings; a hog goes before plain tasks */
bit hogRing[N];
bit event;                              /* readiness in the poller of P0: hog and companion */
byte idleSet;                           /* one bit for each P */
byte spinning;
bit wakeUp[N];                          /* the eventfd of each poller */
byte todo, done;

#define bitOf(i) (1 << (i))
#define isIdle(i) (idleSet & bitOf(i))
#define ringEmpty(i) (plainRing[i] == 0 && !hogRing[i])
#if N == 3
#define someRing (!ringEmpty(0) || !ringEmpty(1) || !ringEmpty(2))
#else
#define someRing (!ringEmpty(0) || !ringEmpty(1))
#endif
#define globalEmpty (plainGlobal == 0 && !hogGlobal)
#define over (done == todo)

inline look(found) {                    /* queue by queue, not at one moment */
  found = !globalEmpty;
  if :: !found -> found = someRing :: else fi
}

inline claim(who) {
  atomic {
    if
    :: isIdle(0) -> who = 0
    :: !isIdle(0) && isIdle(1) -> who = 1
    :: !isIdle(0) && !isIdle(1) && isIdle(2) -> who = 2
    :: idleSet == 0 -> who = N
    fi;
    if :: who < N -> idleSet = idleSet & (7 - bitOf(who)) :: else fi
  }
}

inline wakeOne() {                      /* S2, S3 */
  more = true;
  do
  :: !more || idleSet == 0 -> break
  :: else ->
     atomic { more = (spinning == 0); if :: more -> spinning++ :: else fi };
     if
     :: !more -> break
     :: else
     fi;
     claim(who);
     if
     :: who < N -> wakeUp[who] = 1; break
     :: else ->
#if BUG != 7
        spinning--;
#endif
#if BUG == 7 || BUG == 8
        break
#else
        look(more)
#endif
     fi
  od;
  atomic { more = 0; who = 0 }
}

#if BUG == 2                            /* S0 to S3 */
#define submit(queue) \
  noneNeeded = (idleSet == 0 || spinning != 0); \
  queue++; \
  if :: noneNeeded :: else -> wakeOne() fi; \
  noneNeeded = 0
#else
#define submit(queue) queue++; wakeOne()
#endif

proctype M(byte me) {
  bit found, hog, mySpin, searched, more, noneNeeded, batch;
  byte who, victim;

search:
  atomic {                              /* own ring, then global queue: one to run */
    if
    :: hogRing[me] -> hogRing[me] = 0; hog = 1; goto found_
    :: !hogRing[me] && plainRing[me] > 0 -> plainRing[me]--; goto found_
    :: ringEmpty(me) && hogGlobal -> hogGlobal = 0; hog = 1; goto share
    :: ringEmpty(me) && !hogGlobal && plainGlobal > 0 -> plainGlobal--; goto share
    :: else -> goto steal
    fi
  };
share:
  atomic {                              /* and a share to keep, or none: for a moment in no queue */
    if
    :: plainGlobal > 0 -> plainGlobal--
    :: goto found_
    fi
  };
#if BUG == 10
  plainRing[me]++;
#else
  if
  :: mySpin -> plainRing[me]++          /* found_ wakes */
  :: else -> submit(plainRing[me])
  fi;
#endif
  goto found_;

steal:
  if                                    /* a limit of those who spin allows it, or not */
  :: mySpin
  :: !mySpin -> atomic { spinning++; mySpin = 1 }
  :: !mySpin -> goto idle
  fi;
  atomic {
    for (victim : 0 .. N - 1) {
      if
      :: victim != me && hogRing[victim] -> hogRing[victim] = 0; hog = 1; victim = 0; goto found_
      :: victim != me && !hogRing[victim] && plainRing[victim] > 0 ->
         plainRing[victim]--; victim = 0; goto found_
      :: else
      fi
    }
    victim = 0
  };

idle:
#if BUG == 4
  look(found);
  idleSet = idleSet | bitOf(me);
  if :: mySpin -> atomic { mySpin = 0; searched = 1; spinning-- } :: else fi;
#else
  idleSet = idleSet | bitOf(me);        /* I1 */
#if BUG == 3
  look(found);
#endif
#if BUG == 11
  if :: mySpin -> atomic { mySpin = 0; searched = 1; spinning-- }; look(found) :: else -> found = 0 fi;
#else
  if :: mySpin -> atomic { mySpin = 0; searched = 1; spinning-- } :: else fi;  /* I2 */
#endif
#if BUG == 1
  found = 0;
#elif BUG != 3 && BUG != 11
  look(found);                          /* I3 */
#endif
#endif
  if
  :: found
  :: else ->                            /* I4: block in the own poller */
     if
     :: over -> goto end
     :: atomic { wakeUp[me] -> wakeUp[me] = 0 }
     :: atomic { me == 0 && event -> event = 0; batch = 1 };
        /* the poller unparks both while this P is still in the idle set */
        atomic { hogRing[me] = 1; plainRing[me]++ }
     fi;
     searched = 0
  fi;
  found = 0;
  atomic {
    if
    :: isIdle(me) -> idleSet = idleSet & (7 - bitOf(me))
    :: else ->                          /* somebody claimed us, and counted us */
#if BUG != 6
       mySpin = 1;
#endif
       searched = 0
    fi
  };
  if                                    /* back to searching, and to seeing to the rest */
  :: searched ->
#if BUG != 12
     atomic { spinning++; mySpin = 1 };
#endif
     searched = 0
  :: else
  fi;
#if BUG != 9
  if :: batch -> wakeOne() :: else fi;
#endif
  batch = 0;
  goto search;

found_:
  if
  :: mySpin ->
     atomic { mySpin = 0; spinning-- };
#if BUG != 5
     if
     :: idleSet != 0 -> look(found); if :: found -> found = 0; wakeOne() :: else fi
     :: else
     fi
#endif
  :: else
  fi;
  if
  :: hog ->
     hog = 0;
#ifdef SPAWN
     submit(plainRing[me]);             /* makes another ready */
#endif
     (done == todo - 1)                 /* holds its P */
  :: else
  fi;
  done++;
  goto search;

end:
  skip
}

proctype Outside() {
  bit more, noneNeeded;
  byte who, plain;
#ifdef READINESS
  bit hog = 1;
#else
  bit hog;
#endif
  do
  :: plain < OUTSIDE -> submit(plainGlobal); plain++
  :: !hog -> submit(hogGlobal); hog = 1
  :: plain == OUTSIDE && hog -> break
  od
}

init {
  atomic {
#ifdef READINESS
    event = 1; todo = OUTSIDE + 2;
#else
    todo = OUTSIDE + 1;
#endif
#ifdef SPAWN
    todo++;
#endif
    run M(0); run M(1);
#if N == 3
    run M(2);
#endif
    run Outside()
  }
}
