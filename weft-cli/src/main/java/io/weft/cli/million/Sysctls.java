package io.weft.cli.million;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Limits of the kernel, widened while this is open. Only ever widened; at the end each that was
 * changed gets its value back, unless somebody else has changed it meanwhile.
 *
 * <p>{@link #close} may be called by any thread, and again.
 */
final class Sysctls implements AutoCloseable {

    /**
     * What became of one.
     *
     * @param name of the limit
     * @param before its value
     * @param wanted the value that is needed
     * @param obstacle why it is not raised, or null where it is, or need not be
     * @param reason what needs it
     * @param consequence what follows where it is not raised
     */
    record Outcome(
            String name,
            String before,
            String wanted,
            @Nullable String obstacle,
            String reason,
            String consequence) {

        boolean isRaised() {
            return obstacle == null && !before.equals(wanted);
        }

        /** A line for a person; null where nothing had to be done. */
        @Nullable String text() {
            if (isRaised()) {
                return "raised %s from %s to %s: %s".formatted(name, before, wanted, reason);
            }
            return obstacle == null
                    ? null
                    : "could not raise %s from %s to %s (%s), so %s"
                            .formatted(name, before, wanted, obstacle, consequence);
        }
    }

    private final Path sys;
    private final List<Outcome> outcomes = new ArrayList<>();
    private boolean closed;

    /** Below {@code /proc/sys}. */
    Sysctls(Path sys) {
        this.sys = sys;
    }

    /** Widens what has to be and may be. What the kernel does not have is left out. */
    synchronized List<Outcome> widen(List<Sysctl> wanted) {
        for (Sysctl each : wanted) {
            SysctlPlan.read(sys.resolve(each.path())).ifPresent(now -> widen(each, now));
        }
        return List.copyOf(outcomes);
    }

    /** Gives back what was changed, the last one first. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (Outcome each : outcomes.reversed()) {
            if (each.isRaised()) {
                restore(each);
            }
        }
    }

    private void widen(Sysctl sysctl, List<Long> now) {
        List<Long> wanted = sysctl.wider().apply(now);
        String obstacle = wanted.equals(now) || closed ? null : write(sysctl.path(), text(wanted));
        outcomes.add(
                new Outcome(
                        sysctl.name(),
                        text(now),
                        text(wanted),
                        obstacle,
                        sysctl.reason(),
                        sysctl.consequence()));
    }

    private void restore(Outcome outcome) {
        String path = outcome.name().replace('.', '/');
        String now = SysctlPlan.read(sys.resolve(path)).map(Sysctls::text).orElse("");
        if (!now.equals(outcome.wanted())) {
            return;
        }
        String obstacle = write(path, outcome.before());
        if (obstacle != null) {
            System.err.printf(
                    "weft million: %s stays at %s, it was %s: %s%n",
                    outcome.name(), outcome.wanted(), outcome.before(), obstacle);
        }
    }

    /** Why it cannot be written, or null. */
    private @Nullable String write(String path, String value) {
        try {
            Files.writeString(sys.resolve(path), value + "\n", StandardOpenOption.WRITE);
            return null;
        } catch (IOException e) {
            String reason = e.getMessage();
            boolean denied = e instanceof AccessDeniedException;
            return denied || reason == null ? "permission denied" : reason;
        }
    }

    private static String text(List<Long> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }
}
