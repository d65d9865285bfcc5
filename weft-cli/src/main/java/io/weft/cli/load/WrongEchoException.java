package io.weft.cli.load;

import java.io.IOException;

/** The server sent something else than it was sent. */
final class WrongEchoException extends IOException {

    private static final long serialVersionUID = 1;

    WrongEchoException(String message) {
        super(message);
    }
}
