package io.weft.bench.report;

import io.weft.bench.samples.Cell;
import io.weft.bench.samples.RunHeader;
import io.weft.bench.samples.Sample;
import io.weft.bench.samples.SampleLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The newest run of each measurement.
 *
 * @param headers by the names of measurements
 * @param samples of those runs
 */
record ReportData(Map<String, RunHeader> headers, List<Sample> samples) {

    private static final String EXTENSION = ".json";

    ReportData {
        headers = new TreeMap<>(headers);
        samples = List.copyOf(samples);
    }

    /** Of all files of samples in a folder, which need not exist. */
    static ReportData read(Path folder) throws IOException {
        List<SampleLog> logs = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (var files = Files.list(folder)) {
                for (Path file : files.sorted().toList()) {
                    if (String.valueOf(file.getFileName()).endsWith(EXTENSION)) {
                        logs.add(SampleLog.read(file));
                    }
                }
            }
        }
        return of(logs);
    }

    static ReportData of(List<SampleLog> logs) {
        Map<String, RunHeader> newest = new TreeMap<>();
        for (SampleLog log : logs) {
            for (RunHeader header : log.headers()) {
                newest.merge(header.bench(), header, ReportData::newer);
            }
        }
        List<Sample> samples =
                logs.stream()
                        .flatMap(log -> log.samples().stream())
                        .filter(s -> isOf(newest.get(s.bench()), s))
                        .toList();
        return new ReportData(newest, samples);
    }

    /** Dates are ISO 8601 in UTC, so that text order is the order in time. */
    private static RunHeader newer(RunHeader one, RunHeader other) {
        return one.date().compareTo(other.date()) > 0 ? one : other;
    }

    private static boolean isOf(
            @org.jspecify.annotations.Nullable RunHeader header, Sample sample) {
        return header != null && header.run().equals(sample.run());
    }

    List<Sample> of(String bench) {
        return samples.stream().filter(s -> s.bench().equals(bench)).toList();
    }

    /** The cells of a measurement in the order in which they were measured. */
    List<Cell> cells(String bench) {
        return of(bench).stream().map(Sample::cell).distinct().toList();
    }
}
