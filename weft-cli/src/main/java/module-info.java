/** The weft tool: echo server, load generator, demo, the million. */
module io.weft.cli {
    requires static transitive org.jspecify;
    requires io.weft;
    requires com.google.gson;
    requires info.picocli;
    requires java.management;
    requires jdk.management;
    requires HdrHistogram;

    // picocli sets the options by reflection, Gson reads and writes the records.
    opens io.weft.cli to
            info.picocli;
    opens io.weft.cli.echo to
            com.google.gson;
    opens io.weft.cli.demo to
            com.google.gson;
    opens io.weft.cli.hold to
            com.google.gson;
    opens io.weft.cli.load to
            com.google.gson;
    opens io.weft.cli.million to
            com.google.gson;
    opens io.weft.cli.report to
            com.google.gson;
}
