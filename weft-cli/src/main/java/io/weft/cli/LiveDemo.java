package io.weft.cli;

import io.weft.cli.demo.Demo;
import io.weft.cli.text.Terminal;

/** Shows a person how the demo goes. */
final class LiveDemo implements Demo.Listener {

    private static final int BAR_WIDTH = 20;

    private final Terminal terminal;

    LiveDemo(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void progress(int stage, int stages, int connections, String phase, double fraction) {
        // The rehearsal counts as a stage, and stage 1 begins when it is over.
        double done = (stage + fraction) / (stages + 1);
        terminal.show(
                "%s %3.0f %%  %,d connections: %s"
                        .formatted(Terminal.bar(done, BAR_WIDTH), done * 100, connections, phase));
    }

    @Override
    public void stageDone(String line) {
        terminal.clear();
        System.out.println(line);
    }
}
