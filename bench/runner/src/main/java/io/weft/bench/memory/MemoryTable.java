package io.weft.bench.memory;

import io.weft.bench.process.Servers;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.session.GoalTable;
import io.weft.bench.session.Rows;
import io.weft.bench.session.Rows.Shown;
import io.weft.bench.text.Table;
import java.util.ArrayList;
import java.util.List;

/** Memory of idle connections as a table. */
final class MemoryTable {

    private static final Shown MEBIBYTES = new Shown(1.0 / (1 << 20), 1);

    private MemoryTable() {}

    static String text(List<String> servers, List<Sample> samples, Cell cell) {
        Table table =
                new Table(
                        "server",
                        "bytes/connection",
                        "/ c-epoll",
                        "Weft / it",
                        "MiB before",
                        "MiB after",
                        "live heap/connection");
        Rows rows = new Rows(samples);
        for (String server : servers) {
            boolean weft = server.equals(Servers.WEFT);
            List<String> row = new ArrayList<>();
            row.add(server);
            row.add(rows.spread(cell, server, MemoryBody.EACH, 0));
            row.add(rows.ratio(cell, server, Servers.C_EPOLL, MemoryBody.EACH));
            row.add(weft ? "" : rows.ratio(cell, Servers.WEFT, server, MemoryBody.EACH));
            row.add(rows.median(cell, server, MemoryBody.BEFORE, MEBIBYTES));
            row.add(rows.median(cell, server, MemoryBody.AFTER, MEBIBYTES));
            row.add(weft ? rows.spread(cell, server, MemoryBody.HEAP_EACH, 0) : "");
            table.row(row);
        }
        return table + rows.notes() + GoalTable.of(MemoryGoals.of(samples));
    }
}
