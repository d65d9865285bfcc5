package io.weft.bench.report;

import java.util.Map;

/**
 * A colour for each server, the same in all charts. Weft's is the only warm one; all keep a middle
 * lightness, so that they show on white and on black.
 */
final class Palette {

    private static final String UNKNOWN = "#888888";

    private static final Map<String, String> COLOURS =
            Map.of(
                    "weft", "#f76707",
                    "weft-uring", "#ffa94d",
                    "c-epoll", "#67727c",
                    "c-uring", "#a3adb5",
                    "c-uring-coop", "#ced4da",
                    "go", "#22a6c9",
                    "netty-epoll", "#3f9c6b",
                    "netty-uring", "#86c9a3",
                    "jdk", "#7c6bc4",
                    "tokio", "#b58ac9");

    /** Text and lines. */
    static final String INK = "#7a828a";

    private Palette() {}

    static String of(String server) {
        return COLOURS.getOrDefault(server, UNKNOWN);
    }
}
