package io.weft.bench.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Maps figures to the part of a chart's height that they take.
 *
 * @param least where a logarithmic axis begins; 0 for a linear one
 * @param most at the top
 * @param ticks that have a line and a number
 */
record Axis(double least, double most, List<Double> ticks) {

    private static final int LINES = 5;
    private static final double[] STEPS = {1, 2, 5, 10};

    Axis {
        ticks = List.copyOf(ticks);
    }

    /** From 0. */
    static Axis linear(Collection<Double> figures) {
        double greatest = figures.stream().mapToDouble(f -> f).max().orElse(1);
        double rough = Math.max(greatest, Double.MIN_NORMAL) / LINES;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = power;
        for (double factor : STEPS) {
            step = factor * power;
            if (step >= rough) {
                break;
            }
        }
        List<Double> ticks = new ArrayList<>();
        int count = (int) Math.max(1, Math.ceil(greatest / step));
        for (int i = 0; i <= count; i++) {
            ticks.add(i * step);
        }
        return new Axis(0, count * step, ticks);
    }

    /** From the 1, 2 or 5 of a decade below half the least to the one at or above the greatest. */
    static Axis logarithmic(Collection<Double> figures) {
        double smallest = figures.stream().filter(f -> f > 0).mapToDouble(f -> f).min().orElse(1);
        double greatest = figures.stream().mapToDouble(f -> f).max().orElse(smallest);
        List<Double> ticks = new ArrayList<>();
        double power = Math.pow(10, Math.floor(Math.log10(smallest / 2)));
        while (ticks.isEmpty() || ticks.getLast() < greatest) {
            for (double factor : new double[] {1, 2, 5}) {
                double tick = factor * power;
                boolean above = !ticks.isEmpty() && ticks.getLast() >= greatest;
                if (tick * 2.5 > smallest / 2 && !above) {
                    ticks.add(tick);
                }
            }
            power *= 10;
        }
        return new Axis(ticks.getFirst(), ticks.getLast(), ticks);
    }

    /** From 0 at the bottom to 1 at the top. */
    double part(double figure) {
        if (least == 0) {
            return figure / most;
        }
        return Math.max(0, Math.log(figure / least) / Math.log(most / least));
    }
}
