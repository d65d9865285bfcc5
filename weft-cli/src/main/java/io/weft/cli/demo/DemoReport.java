package io.weft.cli.demo;

import com.google.gson.GsonBuilder;
import io.weft.cli.report.Machine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the demo found; this is the JSON.
 *
 * @param takenAt the end of the demo, in UTC by ISO 8601
 * @param machine where
 * @param messageBytes length of a message
 * @param windowSeconds length of each stage's window
 * @param serverProcs Ps of the server
 * @param loadProcs Ps of the load
 * @param kernelMemoryUnreadable why kernel memory is missing, or null
 * @param stages in order
 * @param busy the stage beside endless loops
 */
public record DemoReport(
        String takenAt,
        Machine machine,
        int messageBytes,
        double windowSeconds,
        int serverProcs,
        int loadProcs,
        @Nullable String kernelMemoryUnreadable,
        List<StageResult> stages,
        BusyResult busy) {

    /** Whether every connection of every stage did what it should. */
    public boolean isClean() {
        return stages.stream().allMatch(stage -> stage.errors() == 0) && busy.errors() == 0;
    }

    /** This report as indented JSON. */
    public String json() {
        return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(this);
    }

    /** This report as a table for a terminal, 80 columns wide. */
    public String table() {
        return ResourceTable.text(this);
    }

    /** This report as a page that needs nothing but itself. */
    public String html() {
        return HtmlReport.of(this);
    }
}
