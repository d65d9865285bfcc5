package io.weft.cli.hold;

/** Hears how a command goes. */
interface Progress {

    /** So many are done, of what the command does, and so many per second lately. */
    void at(long count, double perSecond);
}
