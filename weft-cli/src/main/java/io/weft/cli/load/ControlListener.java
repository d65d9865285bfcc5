package io.weft.cli.load;

import com.google.gson.Gson;
import java.io.PrintStream;

/** Tells the process that started this one how the run goes: one line of JSON per event. */
public final class ControlListener implements LoadListener {

    /**
     * One line.
     *
     * @param event {@code connecting}, {@code connected}, {@code measuring}, {@code running} or
     *     {@code measured}
     * @param count connections, or messages answered so far
     * @param fraction of the phase that is over, from 0 to 1
     */
    public record Event(String event, long count, double fraction) {}

    private final PrintStream out;
    private final Gson gson = new Gson();

    public ControlListener(PrintStream out) {
        this.out = out;
    }

    @Override
    public void connecting(int opened, int wanted) {
        tell("connecting", opened, (double) opened / wanted);
    }

    @Override
    public void connected(int connections) {
        tell("connected", connections, 1);
    }

    @Override
    public void measuring() {
        tell("measuring", 0, 0);
    }

    @Override
    public void running(double elapsedSeconds, double totalSeconds, long answered) {
        tell("running", answered, elapsedSeconds / totalSeconds);
    }

    @Override
    public void measured() {
        tell("measured", 0, 1);
    }

    private void tell(String event, long count, double fraction) {
        out.println(gson.toJson(new Event(event, count, fraction)));
        out.flush();
    }
}
