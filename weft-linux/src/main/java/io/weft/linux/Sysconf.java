package io.weft.linux;

/** Names of {@code sysconf(3)} values for {@link Sys#sysconf}; glibc and musl agree on them. */
public final class Sysconf {

    /** Ticks per second in {@code /proc/PID/stat}. */
    public static final int SC_CLK_TCK = 2;

    /** Most files of one process, the soft limit. */
    public static final int SC_OPEN_MAX = 4;

    /** Bytes in a page of memory. */
    public static final int SC_PAGESIZE = 30;

    /** Most buffers of one gather write. */
    public static final int SC_IOV_MAX = 60;

    /** Processors of the machine, in use or not. */
    public static final int SC_NPROCESSORS_CONF = 83;

    /** Processors in use. */
    public static final int SC_NPROCESSORS_ONLN = 84;

    private Sysconf() {}
}
