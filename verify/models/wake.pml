/* Waking a P out of its poller: io.weft.netpoll.EpollPoller, wake, poll and block.
 *
 * W wakers publish work and call wake(). The owner of the P looks for work, and blocks in the
 * poller when there is none. A helper of another P polls now and then, without blocking: under the
 * poll lock, so never at the same time as the owner. The eventfd is registered edge-triggered: a
 * write raises one edge, and whoever harvests it, takes it. Readiness of a descriptor may end a
 * block, too.
 *
 * Work that lies there while the owner sleeps is a deadlock, which Spin reports.
 *
 *  good: -DW=3
 *
 *  BUG=1  a block does not look at the flag before it sleeps
 *  BUG=2  a poll that harvests the edge clears the flag
 *  BUG=3  the waker writes to the eventfd first and raises the flag then
 *  BUG=4  a block clears the flag before it harvests only, and sleeps all the same
 *  BUG=5  a waker that finds the flag raised takes it for a write that was made, and lowers it
 *
 *  bad: -DBUG=1
 *  bad: -DBUG=2
 *  bad: -DBUG=3
 *  bad: -DBUG=4
 *  bad: -DBUG=5
 */
#ifndef BUG
#define BUG 0
#endif
#ifndef W
#define W 3
#endif
#define POLLS 2                         /* looks of the helper */

byte work, done;
bit flag;                               /* a wake-up is owed to a block */
bit edge;                               /* of the eventfd */
bit readiness;                          /* of some descriptor */
bit pollLock;

proctype Waker() {
  bit before;
  work++;
#if BUG == 3
  before = flag;
  if
  :: !before -> edge = 1; flag = 1
  :: else
  fi
#else
  atomic { before = flag; flag = 1 };
  if
  :: !before -> edge = 1
#if BUG == 5
  :: else -> flag = 0
#else
  :: else
#endif
  fi
#endif
}

proctype Owner() {
  bit owed, woken;
  do
  :: work > 0 -> work--; done++
  :: work == 0 && done == W -> break
  :: work == 0 && done < W ->
     atomic { !pollLock -> pollLock = 1 };
#if BUG == 1
     owed = 0;
#elif BUG == 4
     atomic { flag = 0; owed = 0 };
#else
     atomic { owed = flag; flag = 0 };
#endif
     if                                 /* epoll_wait */
     :: owed -> atomic { woken = edge; edge = 0; readiness = 0 }
     :: !owed ->
        atomic { edge || readiness -> woken = edge; edge = 0; readiness = 0 }
     fi;
     if :: woken -> flag = 0 :: else fi;
     atomic { owed = 0; woken = 0 };
     pollLock = 0
  od
}

proctype Helper() {
  byte looks;
  bit woken;
  do
  :: looks < POLLS ->
     if
     :: atomic { !pollLock -> pollLock = 1 };
        atomic { woken = edge; edge = 0; readiness = 0 };
#if BUG == 2
        if :: woken -> flag = 0 :: else fi;
#endif
        woken = 0;
        pollLock = 0
     :: true                            /* the lock is taken: look elsewhere */
     fi;
     looks++
  :: else -> break
  od
}

init {
  byte i;
  atomic {
    for (i : 1 .. W) { run Waker() }
    run Owner(); run Helper()
  };
  readiness = 1
}
