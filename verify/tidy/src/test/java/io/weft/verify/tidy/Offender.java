package io.weft.verify.tidy;

/**
 * A small file that breaks a rule in one place, and the same file mended.
 *
 * @param line of the place, counted from 1
 */
record Offender(Rule rule, String path, String bad, int line, String good) {

    @Override
    public String toString() {
        return rule.name() + ": " + bad.lines().findFirst().orElse("");
    }
}
