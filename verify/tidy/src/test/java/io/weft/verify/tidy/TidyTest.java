package io.weft.verify.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** The whole tree against every rule. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TidyTest {

    private SourceTree tree = new SourceTree(List.of());

    @BeforeAll
    void readTheTree() throws IOException {
        tree = SourceTree.ofProject();
    }

    @TestFactory
    Stream<DynamicTest> theTreeKeepsEveryRule() {
        return Rules.ALL.stream()
                .map(rule -> DynamicTest.dynamicTest(rule.name(), () -> keeps(rule)));
    }

    @Test
    void theTreeIsReadWhole() {
        assertThat(tree.mainJava()).hasSizeGreaterThan(5);
        assertThat(tree.file("pom.xml")).isPresent();
        assertThat(tree.file("verify/tidy/pom.xml")).isPresent();
        assertThat(tree.file("LICENSE")).isPresent();
    }

    @Test
    void everyModuleFolderIsKnown() {
        Stream<String> modules =
                tree.files().stream()
                        .filter(f -> f.name().equals("pom.xml"))
                        .map(SourceFile::folder)
                        .filter(folder -> folder.startsWith("weft"));
        assertThat(modules).allSatisfy(folder -> assertThat(Modules.rootOf(folder)).isPresent());
    }

    private void keeps(Rule rule) {
        assertThat(rule.check(tree)).as(rule.name()).isEmpty();
    }
}
