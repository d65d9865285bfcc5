package io.weft.cli.million;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A limit of the kernel that may have to be wider.
 *
 * @param name as {@code sysctl} takes it
 * @param wider from its numbers to those that are needed; the same where they do
 * @param reason what needs it
 * @param consequence what follows where it cannot be widened
 */
record Sysctl(String name, UnaryOperator<List<Long>> wider, String reason, String consequence) {

    /** One number, at least so large. */
    static Sysctl atLeast(String name, long least, String reason, String consequence) {
        return new Sysctl(
                name, now -> List.of(Math.max(now.getFirst(), least)), reason, consequence);
    }

    /** Its file below {@code /proc/sys}. */
    String path() {
        return name.replace('.', '/');
    }
}
