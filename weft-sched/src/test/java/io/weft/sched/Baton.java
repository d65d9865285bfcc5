package io.weft.sched;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets one of several threads run at a time, chosen from a seed at each {@link #step}. Who waits
 * for something is not chosen before it is there, or before its moment; when all wait, time moves
 * to the next such moment.
 *
 * <p>All fields but the volatile ones belong to the one who has the baton.
 */
final class Baton {

    /** What a simulation decides. */
    interface Rules {

        /** Called before each choice. */
        void onChoice();

        /** All wait. Returns whether the simulation is over. */
        boolean onAllWaiting();

        /** Whether an M that waits for a P, or spins, can go on. */
        boolean isNeeded(M machine);
    }

    /** A thread that takes part. */
    static final class Player {

        private final Thread thread;
        private final String name;
        private final int order;

        /** What it waits for; null: for the baton only. */
        private @Nullable BooleanSupplier condition;

        private long untilNanos = RuntimeTimer.NEVER;
        private boolean ended;

        private Player(Thread thread, String name, int order) {
            this.thread = thread;
            this.name = name;
            this.order = order;
        }

        boolean isWaiting(long nowNanos) {
            BooleanSupplier awaited = condition;
            return awaited != null && !awaited.getAsBoolean() && nowNanos < untilNanos;
        }
    }

    /** More steps than this are a loop without end. */
    private static final long STEPS_MAX = 400_000;

    private static final long PATIENCE_SECONDS = 30;
    private static final long FREE_PAUSE_NANOS = 50_000;
    private static final int SPINS = 200;
    private static final int TRACE_LENGTH = 64;

    private final SplittableRandom chance;
    private final Rules rules;

    /** Of 16 choices so many go on with who runs already. */
    private final int stickiness;

    /** One call of the clock costs up to so much. */
    private final int tickNanos;

    private final List<Player> players = new ArrayList<>();
    private final String[] trace = new String[TRACE_LENGTH];
    private final CountDownLatch over = new CountDownLatch(1);

    private long nowNanos = 1;
    private long steps;
    private long hash;

    private volatile int registered;
    private volatile @Nullable Player holder;
    private volatile boolean free;
    private volatile @Nullable Throwable failure;
    private volatile long freeSinceNanos;

    Baton(SplittableRandom chance, Rules rules) {
        this.chance = chance;
        this.rules = rules;
        stickiness = new int[] {0, 8, 12, 15}[chance.nextInt(4)];
        tickNanos = 1 << chance.nextInt(1, 14);
    }

    /** The calling thread takes part from here on. Returns when it is chosen. */
    void join(String name, int order) {
        Player me = new Player(Thread.currentThread(), name, order);
        me.thread.setUncaughtExceptionHandler((thread, broken) -> fail(broken));
        synchronized (this) {
            players.add(me);
            players.sort(Comparator.comparingInt(player -> player.order));
            registered++;
        }
        await(me);
    }

    /** The calling player goes. */
    void leave() {
        Player me = holder;
        if (free || me == null) {
            return;
        }
        me.ended = true;
        choose();
    }

    /** Waits until so many have joined: who has started them knows. */
    void awaitJoined(int count) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (registered < count && !free) {
            if (System.nanoTime() > end) {
                fail(new AssertionError("a thread that was started does not come"));
            }
            Thread.yield();
        }
    }

    /** Not a player: begins the simulation, and waits for its end. */
    @Nullable Throwable play() throws InterruptedException {
        choose();
        if (!over.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            fail(new AssertionError("a thread waits where the simulation does not see it"));
        }
        return failure;
    }

    /** A place where another one may run. */
    void step(String what) {
        if (free) {
            return;
        }
        note(what);
        nowNanos += chance.nextInt(tickNanos);
        choose();
    }

    /** Waits for a condition that others bring about, or a moment. */
    void await(String what, BooleanSupplier condition, long untilNanos) {
        Player me = holder;
        if (free || me == null) {
            return;
        }
        note(what);
        me.condition = condition;
        me.untilNanos = untilNanos;
        choose();
        me.condition = null;
        me.untilNanos = RuntimeTimer.NEVER;
    }

    /** The calling M can only wait for another one. */
    void pause(M me) {
        if (free) {
            // The simulation may have swallowed the unpark that ends this wait, so it looks again.
            LockSupport.parkNanos(FREE_PAUSE_NANOS);
        } else {
            await("pause", () -> rules.isNeeded(me), RuntimeTimer.NEVER);
        }
    }

    private void note(String what) {
        Player me = holder;
        String name = me == null ? "nobody" : me.name;
        trace[(int) (steps % TRACE_LENGTH)] = name + " " + what + " at " + nowNanos;
        hash = 31 * hash + name.hashCode();
        hash = 31 * hash + what.hashCode();
        hash = 31 * hash + nowNanos;
        if (++steps > STEPS_MAX) {
            fail(new AssertionError("no end after " + STEPS_MAX + " steps"));
        }
    }

    private void choose() {
        rules.onChoice();
        Player me = holder;
        Player next = free ? null : draw(me);
        if (next == null || next == me) {
            return;
        }
        holder = next;
        LockSupport.unpark(next.thread);
        if (me != null && !me.ended) {
            await(me);
        }
    }

    private @Nullable Player draw(@Nullable Player me) {
        List<Player> candidates = candidates();
        while (candidates.isEmpty() && !free) {
            if (rules.onAllWaiting()) {
                release();
                return null;
            }
            moveTime();
            candidates = candidates();
        }
        if (free) {
            return null;
        }
        boolean stay = chance.nextInt(16) < stickiness;
        return stay && me != null && candidates.contains(me)
                ? me
                : candidates.get(chance.nextInt(candidates.size()));
    }

    private List<Player> candidates() {
        List<Player> list = new ArrayList<>(players.size());
        for (Player player : players) {
            if (!player.ended && !player.isWaiting(nowNanos)) {
                list.add(player);
            }
        }
        return list;
    }

    private void moveTime() {
        long next = RuntimeTimer.NEVER;
        for (Player player : players) {
            if (!player.ended) {
                next = Math.min(next, player.untilNanos);
            }
        }
        if (next == RuntimeTimer.NEVER) {
            fail(new AssertionError("all wait for ever"));
        } else {
            nowNanos = next;
        }
    }

    private void await(Player me) {
        for (int spins = 0; holder != me && !free; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
            }
        }
    }

    /** Who has the baton has found something wrong. The first failure counts. */
    void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        release();
    }

    /** From here on all run as they like. */
    private void release() {
        freeSinceNanos = System.nanoTime();
        free = true;
        synchronized (this) {
            players.forEach(player -> LockSupport.unpark(player.thread));
        }
        over.countDown();
    }

    boolean isFree() {
        return free;
    }

    /** Moves on by itself when the simulation is over. */
    long nowNanos() {
        return free ? nowNanos + (System.nanoTime() - freeSinceNanos) : nowNanos;
    }

    void pass(long nanos) {
        nowNanos += nanos;
    }

    long steps() {
        return steps;
    }

    /** The same for the same run. */
    long hash() {
        return hash;
    }

    /** What happened last. */
    String trace() {
        StringBuilder text = new StringBuilder(4096);
        for (long i = Math.max(0, steps - TRACE_LENGTH); i < steps; i++) {
            text.append("  ").append(i).append(": ");
            text.append(trace[(int) (i % TRACE_LENGTH)]).append('\n');
        }
        return text.toString();
    }
}
