package io.weft.cli.million;

import com.google.gson.GsonBuilder;
import io.weft.cli.report.Machine;
import java.util.List;

/**
 * Everything that was found; this is the JSON.
 *
 * @param takenAt the end, in UTC by ISO 8601
 * @param machine where
 * @param connections in the end
 * @param activePercent share of them that the second loop of a stage uses
 * @param messagesPerSecond rate of each loop
 * @param loopSeconds length of each loop
 * @param procs Ps of the server
 * @param loadProcs Ps of the load
 * @param poller what the server waits with
 * @param seconds all of it took
 * @param sysctls limits of the kernel that matter, and what became of them
 * @param rows of the stages, in order
 * @param memory before the first connection and after the last
 * @param peers servers in other languages
 * @param goals held against the last row
 * @param readings memory over time
 */
public record MillionReport(
        String takenAt,
        Machine machine,
        int connections,
        double activePercent,
        double messagesPerSecond,
        double loopSeconds,
        int procs,
        int loadProcs,
        String poller,
        double seconds,
        List<Sysctls.Outcome> sysctls,
        List<Row> rows,
        MemoryBack memory,
        List<Peer> peers,
        List<Goal> goals,
        List<Gauge.Reading> readings) {

    /** Whether every connection and every message did what it should. */
    public boolean isClean() {
        return rows.stream().allMatch(row -> row.errors() == 0);
    }

    /** This report as indented JSON. */
    public String json() {
        return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(this);
    }

    /** This report as tables for a terminal, 100 columns wide. */
    public String table() {
        return MillionTable.text(this);
    }

    /** This report as a page that needs nothing but itself. */
    public String html() {
        return MillionPage.of(this);
    }
}
