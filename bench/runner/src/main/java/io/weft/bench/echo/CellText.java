package io.weft.bench.echo;

import io.weft.bench.samples.Cell;

/** Cells of echo for people. */
final class CellText {

    private CellText() {}

    /** {@code 100 connections, 64 B, depth 1, at 70 %}. */
    static String of(Cell cell) {
        return cell.title()
                + placement(cell)
                + (cell.isOpenLoop() ? ", at " + cell.rate() + " %" : "");
    }

    private static String placement(Cell cell) {
        return switch (String.valueOf(cell.placement())) {
            case Cell.ONE_CORE -> ", one CPU for both";
            case Cell.SHARED -> ", two CPUs for both";
            default -> "";
        };
    }
}
