package io.weft;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A goroutine that was blocked for ever: nobody could reach what it waited on, so nobody could have
 * ended its wait. It is gone, without having run its {@code finally} blocks.
 *
 * @param id of its thread
 * @param startedAt the stack of whoever started it, the innermost frame first
 */
public record LeakedGoroutine(long id, List<StackTraceElement> startedAt) {

    @Override
    public String toString() {
        return startedAt.stream()
                .map(frame -> "\n\tat " + frame)
                .collect(
                        Collectors.joining(
                                "",
                                "goroutine "
                                        + id
                                        + " leaked: it waited for what nobody can reach any more."
                                        + " It was started",
                                ""));
    }
}
