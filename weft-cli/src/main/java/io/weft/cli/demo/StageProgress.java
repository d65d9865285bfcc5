package io.weft.cli.demo;

import io.weft.cli.load.ControlListener.Event;

/** Turns what the load of a stage tells into progress. */
final class StageProgress {

    /** The share of a stage that connecting gets. */
    private static final double CONNECTING_SHARE = 0.2;

    private final Demo.Listener listener;
    private final StagePlan plan;
    private final int number;
    private final int stages;

    private boolean measuring;
    private long lastAnswered;
    private double lastSeconds;

    StageProgress(Demo.Listener listener, StagePlan plan, int number, int stages) {
        this.listener = listener;
        this.plan = plan;
        this.number = number;
        this.stages = stages;
        tell("starting", 0);
    }

    void heard(Event event) {
        switch (event.event()) {
            case "connecting" ->
                    tell(
                            "connecting, %,d of %,d".formatted(event.count(), plan.connections()),
                            event.fraction() * CONNECTING_SHARE);
            case "connected" -> tell("connected", CONNECTING_SHARE);
            case "measuring" -> measuring = true;
            case "running" -> running(event);
            case "measured" -> tell("done", 1);
            default -> throw new IllegalArgumentException("demo: unknown event " + event);
        }
    }

    private void running(Event event) {
        double seconds = event.fraction() * (plan.seconds() + plan.warmUpSeconds());
        double rate = (event.count() - lastAnswered) / Math.max(1e-3, seconds - lastSeconds);
        lastAnswered = event.count();
        lastSeconds = seconds;
        String phase = number == 0 ? "rehearsal" : measuring ? "measuring" : "warming up";
        tell(
                "%s, %,.0f messages/s".formatted(phase, rate),
                CONNECTING_SHARE + event.fraction() * (1 - CONNECTING_SHARE));
    }

    private void tell(String phase, double fraction) {
        listener.progress(number, stages, plan.connections(), phase, fraction);
    }
}
