package io.weft.cli.million;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MillionReportTest {

    private static final Row SMALL = Samples.row(10_000, 1_023.4, Samples.loop(10_000, 0));

    private static final Row LARGE = Samples.row(1_000_000, 987.6, Samples.loop(1_000_000, 0));

    private final MillionReport report = Samples.report(SMALL, LARGE);

    @Test
    void theTableFitsHundredColumns() {
        assertThat(report.table().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }

    @Test
    void hasARowPerStageAndOtherRuntimesLast() {
        assertThat(report.table())
                .containsPattern(
                        "\n +10,000 +1,023 +1,023 +4,512 +31,23\\d +88ms +31 +41,734 +4,188 +n/a\n")
                .containsPattern(
                        "\n +1,000,000 +988 +988 +4,512 +31,23\\d +88ms +31 +41,734 +fd limit"
                                + " +n/a\n")
                .containsPattern(
                        "\n +1,000,000 +20,000 +45\\.6us +31\\.7ms +110ms +1\\.13s +20,000"
                                + " +45\\.6us +31\\.7ms +110ms +1\\.13s\n");
    }

    @Test
    void saysWhereFiguresOfOthersComeFromAndWhichLimitsAreTooLow() {
        String text = report.table().replace('\n', ' ');

        assertThat(text)
                .contains("Go measured now, 18,000 connections", "JDK it is not built")
                .contains("could not raise net.core.somaxconn from 128 to 4096 (denied), so slow.");
    }

    @Test
    void goalsStandBelowTheFigures() {
        assertThat(report.table())
                .containsPattern("\nconnections that echoed +1,000,000 += 1,000,000  met\n")
                .containsPattern("\nserver RSS per connection +988 B +<= 1,000 B  met\n")
                .containsPattern("p99\\.9 +110ms +<= 250ms  met\n");
    }

    @Test
    void theJsonHasEveryFigureAndEveryGoal() {
        JsonObject json = JsonParser.parseString(report.json()).getAsJsonObject();

        JsonArray rows = json.getAsJsonArray("rows");
        JsonObject last = rows.get(1).getAsJsonObject();
        assertThat(last.get("connections").getAsInt()).isEqualTo(1_000_000);
        assertThat(last.getAsJsonObject("all").get("answered").getAsLong()).isEqualTo(200_000);
        assertThat(json.getAsJsonArray("goals")).hasSize(10);
        assertThat(json.getAsJsonArray("goals").get(0).getAsJsonObject().get("verdict"))
                .hasToString("\"MET\"");
        assertThat(json.getAsJsonArray("peers").get(1).getAsJsonObject().has("residentBytes"))
                .isFalse();
    }

    @Test
    void thePageHasEverythingInside() {
        String html = report.html();

        assertThat(html)
                .contains("<td>1,000,000</td>", "<td>fd limit</td>", "<td>31.7 ms</td>")
                .contains("&lt;CPU&gt; &amp; Co", "10 of 10", "new Chart(", "The MIT License")
                .doesNotContain("{{");
        assertThat(Pattern.compile("(src|href)\\s*=\\s*[\"']?https?:").matcher(html).find())
                .isFalse();
    }

    @Test
    void aLostMessageIsNotClean() {
        Row lossy = Samples.row(100, null, Samples.loop(100, 7));

        assertThat(report.isClean()).isTrue();
        assertThat(Samples.report(lossy).isClean()).isFalse();
        assertThat(MillionTable.line(lossy)).contains("n/a B", "ERRORS 7: no answer");
        assertThat(MillionTable.line(SMALL)).doesNotContain("ERRORS");
    }
}
