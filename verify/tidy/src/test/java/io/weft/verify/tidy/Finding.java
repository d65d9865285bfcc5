package io.weft.verify.tidy;

/**
 * A place that breaks a rule.
 *
 * @param path from the root of the project
 * @param line counted from 1
 * @param message what is wrong and what to do about it
 */
record Finding(String path, int line, String message) {

    @Override
    public String toString() {
        return path + ":" + line + ": " + message;
    }
}
