package io.weft.cli.load;

import io.weft.cli.text.Terminal;

/** Shows a person how the run goes. */
public final class LiveListener implements LoadListener {

    private static final int BAR_WIDTH = 24;

    private final Terminal terminal;

    private String phase = "warming up";
    private double lastSeconds;
    private long lastAnswered;

    public LiveListener(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void connecting(int opened, int wanted) {
        terminal.show(
                "connecting  %s %,d of %,d"
                        .formatted(
                                Terminal.bar((double) opened / wanted, BAR_WIDTH), opened, wanted));
    }

    @Override
    public void connected(int connections) {
        terminal.clear();
    }

    @Override
    public void measuring() {
        phase = "measuring";
    }

    @Override
    public void running(double elapsedSeconds, double totalSeconds, long answered) {
        double rate = (answered - lastAnswered) / (elapsedSeconds - lastSeconds);
        terminal.show(
                "%-10s  %s %.1f of %.0f s  %,.0f msg/s"
                        .formatted(
                                phase,
                                Terminal.bar(elapsedSeconds / totalSeconds, BAR_WIDTH),
                                elapsedSeconds,
                                totalSeconds,
                                rate));
        lastSeconds = elapsedSeconds;
        lastAnswered = answered;
    }

    @Override
    public void measured() {
        terminal.clear();
    }
}
