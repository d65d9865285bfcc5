package io.weft.sched;

import java.util.SplittableRandom;

/**
 * What stands for a goroutine: runs a little each time, and then yields, parks or ends. Parking is
 * the JDK's: an unpark of one that has not parked yet leaves a permit, and the task makes itself
 * runnable on its way out.
 */
final class SimulatedTask implements Runnable {

    /** Where the task is. */
    enum State {
        QUEUED,
        RUNNING,
        PARKED,
        ENDED
    }

    private final SimulatedWorld world;
    private final int number;
    private final SplittableRandom chance;
    private final SimulatedStream stream;
    private final SimulatedTimer alarm;

    private State state = State.QUEUED;
    private boolean permit;
    private boolean rung;
    private int actionsLeft;

    SimulatedTask(SimulatedWorld world, int number, SimulatedStream stream, long seed) {
        this.world = world;
        this.number = number;
        this.stream = stream;
        chance = new SplittableRandom(seed);
        actionsLeft = chance.nextInt(4, 24);
        alarm =
                world.newTimer(
                        () -> {
                            rung = true;
                            wake();
                        });
    }

    State state() {
        return state;
    }

    /** As {@code unpark}. */
    void wake() {
        if (state == State.PARKED) {
            state = State.QUEUED;
            world.submit(this);
        } else if (state == State.RUNNING) {
            permit = true;
        }
    }

    @Override
    public void run() {
        if (world.isOver()) {
            return;
        }
        if (state != State.QUEUED) {
            world.fail(this + " is run");
            return;
        }
        state = State.RUNNING;
        permit = false;
        world.onRun();
        try {
            act();
        } catch (AssertionError wrong) {
            world.fail(wrong);
        }
    }

    private void act() {
        int actions = chance.nextInt(1, 5);
        for (int i = 0; i < actions && actionsLeft > 0; i++) {
            actionsLeft--;
            doSomething();
            world.stepInTask();
            if (world.isOver()) {
                return;
            }
        }
        if (actionsLeft == 0 && stream.isRead()) {
            end();
        } else if (actionsLeft > 0 && chance.nextInt(3) == 0) {
            giveWay();
        } else {
            waitForSomething();
        }
    }

    private void doSomething() {
        switch (chance.nextInt(8)) {
            case 0 -> world.wakeSleeper();
            case 1 -> world.startTask();
            case 2 -> world.armAnyTimer(chance);
            case 3 -> world.disarmAnyTimer(chance);
            case 4 -> stream.read();
            case 5 -> world.block(chance.nextInt(4) == 0);
            case 6 -> world.compute(chance.nextInt(1_000));
            default -> world.compute(chance.nextInt(8) == 0 ? 12_000_000 : 50_000);
        }
    }

    private void end() {
        alarm.disarm();
        state = State.ENDED;
        world.onEnd();
    }

    private void giveWay() {
        state = State.QUEUED;
        world.submit(this);
    }

    private void waitForSomething() {
        switch (chance.nextInt(3)) {
            case 0 -> {
                rung = false;
                alarm.arm(world.nowNanos() + chance.nextInt(3_000_000));
                world.stepInTask();
                if (rung) {
                    giveWay();
                    return;
                }
            }
            case 1 -> world.addSleeper(this);
            default -> {
                if (stream.isRead() || stream.read() > 0) {
                    giveWay();
                    return;
                }
                stream.await(this);
                world.stepInTask();
                if (stream.read() > 0) {
                    permit = true; // what has come before is no edge any more
                }
            }
        }
        park();
    }

    private void park() {
        state = State.PARKED;
        if (permit) {
            permit = false;
            giveWay();
        }
    }

    @Override
    public String toString() {
        return "task " + number + " (" + state + ", " + actionsLeft + " to do)";
    }
}
