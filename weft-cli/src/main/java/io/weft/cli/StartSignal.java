package io.weft.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** The word of the process that started this one. Its end is the end of this one, too. */
final class StartSignal {

    private StartSignal() {}

    /**
     * Waits for a line, and from then on for the end of the input, which ends the process.
     *
     * @throws Failure if the input ends before
     */
    static void await(InputStream input) throws Failure {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
        try {
            if (lines.readLine() == null) {
                throw new Failure("the process that started this one has ended");
            }
        } catch (IOException e) {
            throw new Failure("cannot read commands: " + e.getMessage());
        }
        Thread.ofPlatform().daemon().name("parent").start(() -> exitAtEnd(lines));
    }

    private static void exitAtEnd(BufferedReader lines) {
        try {
            // Nothing more is to be said to a run that has started: lines are skipped.
            lines.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            System.err.println("weft: the process that started this one is gone: " + e);
        }
        Runtime.getRuntime().halt(Main.FAILED);
    }
}
