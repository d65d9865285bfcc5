/* Taking a P from a goroutine that does not come back: io.weft.sched.OwnerWord, M, Scheduler.ready,
 * Scheduler.releaseProcessor and SystemMonitor.retake.
 *
 * One P, S Ms of which all but the first wait as spare ones, the system monitor, and a submitter
 * from outside. Task 0 makes task 1 ready, and is a hog: it keeps its M until every other task is
 * done, so they can only run if the P is taken from it. Task 1 makes task 2 ready; before that it
 * may give its P away itself (RELEASE). The outside adds task 3. The monitor takes the P from
 * whatever runs, as often as it likes, also while the goroutine enters the scheduler, or finishes.
 *
 * What an owner does to the ring is done in two steps, a read and a write, as to plain memory.
 *
 * Properties: the P never has two owners; no task runs twice; every task is run in the end, or
 * there is a deadlock, which Spin reports; none is left over.
 *
 *  good: -DS=2
 *  good: -DS=3
 *  good: -DS=3 -DRELEASE
 *  good: -DS=4 -DRELEASE
 *
 *  BUG=1  a goroutine that enters the scheduler stores, without a compare
 *  BUG=2  an M whose goroutine is over stores, without a compare
 *  BUG=3  the word has no number: a goroutine takes another M's OWNED for that of its own M
 *  BUG=4  the monitor takes a P that is OWNED
 *  BUG=5  the monitor looks at the word first and stores then
 *  BUG=6  a goroutine that finds the P taken pushes to the ring all the same
 *  BUG=7  a spare M whose P was not to be had is not given back
 *  BUG=8  the P is granted before it is taken
 *
 * A number that is not compared when the P is taken, from RUNNING, breaks nothing: it is taken from
 * another M than was meant, which finds out as well.
 *
 *  bad: -DBUG=1 -DS=3
 *  bad: -DBUG=2 -DS=3
 *  bad: -DBUG=3 -DS=3
 *  bad: -DBUG=4 -DS=3
 *  bad: -DBUG=5 -DS=3
 *  bad: -DBUG=6 -DS=3
 *  bad: -DBUG=7 -DS=2
 *  bad: -DBUG=8 -DS=3
 */
#ifndef BUG
#define BUG 0
#endif
#ifndef S
#define S 3
#endif
#define TASKS 4
#define NONE TASKS
#define OWNED 1
#define RUNNING 2
#define bitOf(i) (1 << (i))

byte state = OWNED, owner = 0;          /* the word */
byte inside = 1;                        /* who is in the scheduler with this P */
byte ring;                              /* tasks, one bit each; plain memory of the owner */
byte global = bitOf(0);                 /* tasks; each operation is one step */
byte spare;                             /* Ms that wait, one bit each */
bit granted[S];
bit started[TASKS];
byte done;

#define over (done == TASKS)

inline becomeOwner() {
  assert(inside == 0);                  /* two owners */
  inside++
}

/* RUNNING(m) -> OWNED(m); the broken ones do it whatever the word says. */
inline reenter(m, stores, ok) {
  atomic {
    if
    :: (state == RUNNING && owner == m) || stores ->
       state = OWNED; owner = m; becomeOwner(); ok = 1
    :: else -> ok = 0
    fi
  }
}

/* OWNED(m) -> RUNNING(m), a store. */
inline publish(m) {
  atomic { inside--; state = RUNNING; owner = m }
}

/* RUNNING(m) -> OWNED(s). */
inline retake(m, s, ok) {
#if BUG == 5
  if
  :: state == RUNNING && owner == m -> ok = 1
  :: else -> ok = 0
  fi;
  if
  :: ok -> atomic { state = OWNED; owner = s; becomeOwner() }
  :: else
  fi
#else
  atomic {
    if
    :: owner == m && (state == RUNNING || BUG == 4) ->
       state = OWNED; owner = s; becomeOwner(); ok = 1
    :: else -> ok = 0
    fi
  }
#endif
}

/* Takes a waiting M, or S. Which one does not matter. */
inline claim(s) {
  atomic {
    s = 0;
    do
    :: s < S && !(spare & bitOf(s)) -> s++
    :: else -> break
    od;
    if :: s < S -> spare = spare & ~bitOf(s) :: else fi
  }
}

/* Gives the P of m to the claimed s, or s back. */
inline takeFor(m, s, ok) {
#if BUG == 8
  granted[s] = 1;
#endif
  retake(m, s, ok);
  if
  :: ok -> granted[s] = 1
  :: else ->
#if BUG != 7
     spare = spare | bitOf(s)
#endif
  fi
}

inline submit(t) {
  atomic { assert(!(global & bitOf(t))); global = global | bitOf(t) }
}

#define isOwner(m) (state == OWNED && owner == m)

inline push(t) {
  seen = ring;
  atomic { assert(isOwner(me)); ring = seen | bitOf(t) };
  seen = 0
}

/* Scheduler.ready, called by the goroutine on me. */
inline ready(t) {
  if
  :: believes && state == OWNED && (owner == me || BUG == 3) -> push(t) /* the M's own code */
  :: believes && !(state == OWNED && (owner == me || BUG == 3)) ->
     reenter(me, BUG == 1, ok);
     if
     :: ok -> push(t); publish(me)
     :: else ->
        believes = 0;
#if BUG == 6
        push(t)
#else
        submit(t)
#endif
     fi
  :: !believes -> submit(t)
  fi
}

inline release() {
  claim(other);
  if
  :: other == S
  :: else -> believes = 0; takeFor(me, other, ok)
  fi;
  other = 0
}

/* The next task: of the ring, else of the global queue, else NONE when all is over. */
inline next() {
  seen = ring;
  if
  :: seen == 0 ->
     atomic {
       global != 0 || over;
       seen = global;
       if :: seen == 0 -> task = NONE :: else fi
     }
  :: else
  fi;
  if
  :: seen == 0
  :: else ->
     atomic {
       task = 0;
       do
       :: seen & bitOf(task) -> break
       :: else -> task++
       od
     };
     if
     :: ring == 0 -> atomic { assert(global & bitOf(task)); global = global & ~bitOf(task) }
     :: else -> atomic { assert(isOwner(me)); ring = seen & ~bitOf(task) }
     fi
  fi;
  seen = 0
}

proctype Machine(byte me) {
  byte task, seen, other;
  bit ok, believes;
  if :: me == 0 -> goto work :: else fi;

wait:
  spare = spare | bitOf(me);
  if
  :: granted[me] -> granted[me] = 0
  :: over -> goto end
  fi;

work:
  next();
  if
  :: task == NONE -> goto end
  :: else
  fi;
  publish(me);
  believes = 1;
  atomic { assert(!started[task]); started[task] = 1 };
  if
  :: task == 0 -> ready(1); done == TASKS - 1
  :: task == 1 ->
#ifdef RELEASE
     release();
#endif
     ready(2)
  :: else
  fi;
  done++;
  if
  :: believes -> reenter(me, BUG == 2, ok)
  :: else -> ok = 0
  fi;
  atomic { task = 0; believes = 0 };
  if
  :: ok -> ok = 0; goto work
  :: else -> goto wait
  fi;
end:
  skip
}

proctype Monitor() {
  byte seen, other;
  bit ok;
  do
  :: over -> break
  :: atomic { state == RUNNING && spare != 0 && !over -> seen = owner };
     claim(other);
     if
     :: other == S
     :: else -> takeFor(seen, other, ok)
     fi;
     atomic { seen = 0; other = 0; ok = 0 }
  od
}

init {
  byte i;
  atomic {
    for (i : 0 .. S - 1) { run Machine(i) }
    run Monitor()
  };
  submit(3)
}
