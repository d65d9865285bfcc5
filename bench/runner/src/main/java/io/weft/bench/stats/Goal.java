package io.weft.bench.stats;

/**
 * Something to reach, and whether it was.
 *
 * @param cell where, for people
 * @param what is compared, for people
 * @param figure what was measured, for people
 * @param bound for people, such as {@code ≤ 1.00}
 * @param verdict on it
 * @param busy whether the figure was taken on a busy machine
 */
public record Goal(
        String cell, String what, String figure, String bound, Verdict verdict, boolean busy) {

    /** Whether a goal was reached. */
    public enum Verdict {
        MET("met"),
        MISSED("missed"),
        NOT_MEASURED("not measured");

        private final String text;

        Verdict(String text) {
            this.text = text;
        }

        public static Verdict of(boolean met) {
            return met ? MET : MISSED;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
