package io.weft.linux;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The first two numbers of a kernel's release. */
record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {

    private static final Pattern START = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})");

    private static final Comparator<KernelVersion> ORDER =
            Comparator.comparingInt(KernelVersion::major).thenComparingInt(KernelVersion::minor);

    /** The version that a release such as {@code 6.1.0-18-amd64} begins with; else 0.0. */
    static KernelVersion of(String release) {
        Matcher start = START.matcher(release);
        return start.lookingAt()
                ? new KernelVersion(
                        Integer.parseInt(start.group(1)), Integer.parseInt(start.group(2)))
                : new KernelVersion(0, 0);
    }

    boolean isBefore(int otherMajor, int otherMinor) {
        return compareTo(new KernelVersion(otherMajor, otherMinor)) < 0;
    }

    @Override
    public int compareTo(KernelVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
