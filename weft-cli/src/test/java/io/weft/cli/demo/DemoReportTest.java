package io.weft.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DemoReportTest {

    @Test
    void theJsonHasEveryFigureAndLeavesOutWhatIsUnknown() {
        JsonObject report = JsonParser.parseString(Samples.report(null).json()).getAsJsonObject();

        JsonObject first = report.getAsJsonArray("stages").get(0).getAsJsonObject();
        JsonObject last = report.getAsJsonArray("stages").get(1).getAsJsonObject();
        assertThat(first.has("heapBytes")).isFalse();
        assertThat(last.get("heapBytes").getAsDouble()).isEqualTo(1_234.5);
        assertThat(last.get("connections").getAsInt()).isEqualTo(10_000);
        assertThat(last.getAsJsonObject("latency").get("p999").getAsLong()).isEqualTo(2_090_000);
        assertThat(report.getAsJsonObject("busy").get("lost").getAsLong()).isZero();
        assertThat(report.getAsJsonObject("machine").get("processors").getAsInt()).isEqualTo(2);
    }

    @Test
    void thePageHasTheTableAndTheFigures() {
        String html = Samples.report(null).html();

        assertThat(html)
                .contains("<td>10,000</td>", "<td>142,456</td>", "<td>15.8 µs</td>")
                .contains("<td class=\"none\">n/a</td>")
                .contains("<th colspan=\"3\" class=\"group\">bytes per connection</th>")
                .contains("endless loops</th>", "<td>9.10 ms</td>", "lost</th>")
                .contains("&lt;CPU&gt; &amp; Co")
                .doesNotContain("{{");
    }

    @Test
    void thePageNeedsNoNetworkAndKeepsTheLicence() {
        String html = Samples.report(null).html();

        assertThat(html)
                .contains("default-src 'none'", "new Chart(", "The MIT License", "Chart.js v4");
        assertThat(Pattern.compile("(src|href)\\s*=\\s*[\"']?https?:").matcher(html).find())
                .isFalse();
    }

    @Test
    void figuresCannotEndTheirScript() {
        String html = Samples.report("</script><script>alert(1)</script>").html();

        assertThat(html).doesNotContain("<script>alert").contains("\\u003c/script>");
    }
}
