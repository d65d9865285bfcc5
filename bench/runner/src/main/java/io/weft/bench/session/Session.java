package io.weft.bench.session;

import io.weft.bench.Failure;
import io.weft.bench.machine.Machine;
import io.weft.bench.process.Home;
import io.weft.bench.process.Lineup;
import io.weft.bench.process.Servers;
import io.weft.bench.samples.RunHeader;
import io.weft.bench.samples.Sample;
import io.weft.bench.samples.SampleWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A run of a measurement: its header, and its samples so far. Used by one thread. */
public final class Session implements AutoCloseable {

    private final RunHeader header;
    private final SampleWriter writer;
    private final List<Sample> samples = new ArrayList<>();

    private Session(RunHeader header, SampleWriter writer) {
        this.header = header;
        this.writer = writer;
    }

    /**
     * What a run is asked to do.
     *
     * @param bench the measurement
     * @param command the command line that repeats it
     * @param servers that take part
     * @param pinning which side runs on which CPUs
     * @param out where samples are appended, or null
     */
    public record Request(
            String bench,
            String command,
            List<String> servers,
            String pinning,
            @Nullable Path out) {}

    /** Begins a run of servers. */
    public static Session begin(Home home, Request request) throws Failure, InterruptedException {
        Map<String, List<String>> commands = new LinkedHashMap<>();
        for (String server : request.servers()) {
            commands.put(
                    server,
                    Servers.command(home, server, 1, Lineup.Setting.BUFFER_BYTES).stream()
                            .map(part -> part.replace(home.root() + "/", ""))
                            .toList());
        }
        return begin(home, request, commands);
    }

    /** Begins a run of whatever these command lines start. */
    public static Session begin(Home home, Request request, Map<String, List<String>> commands)
            throws Failure, InterruptedException {
        RunHeader header = header(home, request, commands);
        try {
            SampleWriter writer =
                    request.out() == null
                            ? SampleWriter.none()
                            : SampleWriter.append(request.out());
            writer.write(header);
            return new Session(header, writer);
        } catch (IOException e) {
            throw new Failure("--out %s cannot be written: %s".formatted(request.out(), e));
        }
    }

    private static RunHeader header(Home home, Request request, Map<String, List<String>> commands)
            throws InterruptedException {
        Machine machine = Machine.self();
        String date = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        return new RunHeader(
                request.bench() + "-" + date,
                request.bench(),
                date,
                request.command(),
                home.commit(),
                machine.cpu(),
                machine.cpus(),
                machine.memoryBytes(),
                machine.kernel(),
                request.pinning(),
                home.versions(),
                home.leftOut(),
                commands);
    }

    public RunHeader header() {
        return header;
    }

    /** Keeps a sample, in the file, too. */
    public void add(Sample sample) throws Failure {
        samples.add(sample);
        try {
            writer.write(sample);
        } catch (IOException e) {
            throw new Failure("a sample cannot be written: " + e);
        }
    }

    /** In the order in which they were taken. */
    public List<Sample> samples() {
        return List.copyOf(samples);
    }

    /** Two lines about where the figures come from. */
    public String place() {
        return "%s%n%s; %s; %d CPUs; commit %s%n"
                .formatted(
                        header.pinning(),
                        header.cpu(),
                        header.kernel(),
                        header.cpus(),
                        header.commit());
    }

    /**
     * Fails where no sample holds figures, so that the exit status tells.
     *
     * @throws Failure with the first problem
     */
    public void requireFigures() throws Failure {
        if (samples.stream().noneMatch(Sample::isMeasured)) {
            String first =
                    samples.stream().map(s -> String.valueOf(s.problem())).findFirst().orElse("");
            throw new Failure("nothing could be measured: " + first);
        }
    }

    @Override
    public void close() throws Failure {
        try {
            writer.close();
        } catch (IOException e) {
            throw new Failure("samples cannot be written: " + e);
        }
    }
}
