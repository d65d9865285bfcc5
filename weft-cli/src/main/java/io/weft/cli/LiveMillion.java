package io.weft.cli;

import io.weft.cli.million.Million;
import io.weft.cli.text.Lines;
import io.weft.cli.text.Terminal;

/** Shows a person how the million goes. */
final class LiveMillion implements Million.Listener {

    private static final int BAR_WIDTH = 12;

    private static final int WIDTH = 100;

    private final Terminal terminal;

    LiveMillion(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void progress(double fraction, String title, String details) {
        String text = details.isEmpty() ? title : title + ", " + details;
        String line =
                "%s %3.0f %%  %s"
                        .formatted(Terminal.bar(fraction, BAR_WIDTH), fraction * 100, text);
        // A line that breaks could not be written over.
        terminal.show(line.length() <= WIDTH ? line : line.substring(0, WIDTH));
    }

    @Override
    public void line(String text) {
        terminal.clear();
        System.out.print(Lines.wrap(text, WIDTH));
        System.out.flush();
    }
}
