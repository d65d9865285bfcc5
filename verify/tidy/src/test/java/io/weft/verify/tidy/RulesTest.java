package io.weft.verify.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule reports a small offender, says where it stands, and lets its mended twin pass. */
@Timeout(60)
class RulesTest {

    /** What every tree has, so that only the offender is amiss. */
    private static final Map<String, String> REST =
            Map.of(
                    "LICENSE", "Apache License\n",
                    "weft-net/src/test/java/io/weft/net/RuleTest.java", "void passes() {}\n",
                    "weft-net/src/test/java/io/weft/net/package-info.java", "@NullMarked\n");

    static Stream<Offender> offenders() {
        return Offenders.all().stream();
    }

    @ParameterizedTest
    @MethodSource("offenders")
    void anOffenderIsReportedAndItsTwinIsNot(Offender offender) {
        List<Finding> findings = check(offender, offender.bad());

        assertThat(findings)
                .extracting(Finding::toString)
                .hasSize(1)
                .allSatisfy(f -> assertThat(f).startsWith(offender.path() + ":" + offender.line()));
        assertThat(check(offender, offender.good())).isEmpty();
    }

    @Test
    void everyRuleHasAnOffender() {
        Set<Class<?>> tried = new HashSet<>();
        offenders().forEach(o -> tried.add(o.rule().getClass()));

        assertThat(Rules.ALL).allSatisfy(r -> assertThat(tried).contains(r.getClass()));
    }

    @Test
    void tooManyLongFilesAreReported() {
        Map<String, String> texts = new HashMap<>();
        for (int i = 0; i < 10; i++) {
            texts.put(i + ".java", "int x;\n".repeat(i < 2 ? 601 : 1));
        }

        assertThat(new FileLength().check(SourceTree.of(texts))).hasSize(1);
        texts.put("1.java", "");
        assertThat(new FileLength().check(SourceTree.of(texts))).isEmpty();
    }

    @Test
    void proseAndLiteralsAreNotCode() {
        String source = "/* synchronized */ a(\"System.out \\\" \"); // Thread.sleep\nb();\n";
        JavaText text = new JavaText(source);

        assertThat(text.bareCode()).hasSameSizeAs(source).contains("a(", "b();");
        assertThat(text.bareCode()).doesNotContain("synchronized", "System.out", "Thread.sleep");
        assertThat(text.code()).contains("System.out").doesNotContain("synchronized");
        assertThat(text.comments()).contains("synchronized", "Thread.sleep").doesNotContain("b()");
    }

    @Test
    void aTextBlockEndsWhereItEnds() {
        JavaText text = new JavaText("s = \"\"\"\n  \"quoted\" // no\n  \"\"\"; code('\"');\n");

        assertThat(text.bareCode()).contains("; code(").doesNotContain("quoted", "no");
        assertThat(text.comments()).isBlank();
    }

    private static List<Finding> check(Offender offender, String text) {
        Map<String, String> texts = new HashMap<>(REST);
        texts.put(offender.path(), text);
        if (text.isEmpty()) {
            texts.remove(offender.path());
        }
        return offender.rule().check(SourceTree.of(texts));
    }
}
