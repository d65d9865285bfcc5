package io.weft.bench.load;

/** A run of the load generator gave no figures. */
public final class LoadException extends Exception {

    private static final long serialVersionUID = 1;

    public LoadException(String message) {
        super(message);
    }
}
