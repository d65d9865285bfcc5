package io.weft.cli.workers;

import io.weft.cli.echo.EchoUsage;

/**
 * What a process has served.
 *
 * @param pid its number
 * @param usage what it has served, and its CPU time
 * @param mark what a reader must know about the figures, or empty
 */
record WorkerFigures(long pid, EchoUsage usage, String mark) {}
