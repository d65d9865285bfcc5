package io.weft.cli.million;

/**
 * What was to be reached, and whether it was.
 *
 * @param name what is measured
 * @param measured the figure
 * @param bound what it is held against
 * @param verdict whether that holds
 */
record Goal(String name, String measured, String bound, Verdict verdict) {

    /** The outcome. */
    enum Verdict {
        MET,
        MISSED,
        NOT_MEASURED;

        static Verdict of(boolean holds) {
            return holds ? MET : MISSED;
        }

        /** For a person. */
        String text() {
            return switch (this) {
                case MET -> "met";
                case MISSED -> "MISSED";
                case NOT_MEASURED -> "not measured";
            };
        }
    }
}
