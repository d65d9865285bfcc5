package io.weft.verify.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What runs inside a user's process brings nothing of others along. */
final class CoreDependencies implements Rule {

    private static final Pattern IMPORT =
            Pattern.compile("^import (?:static )?([\\w.]+)", Pattern.MULTILINE);

    private static final Pattern DEPENDENCY =
            Pattern.compile("<dependency>(.*?)</dependency>", Pattern.DOTALL);

    private static final Pattern GROUP = Pattern.compile("<groupId>([^<]*)</groupId>");

    @Override
    public String name() {
        return "core dependencies";
    }

    @Override
    public List<Finding> check(SourceTree tree) {
        List<Finding> findings = new ArrayList<>();
        tree.mainJava()
                .filter(f -> Modules.CORE.contains(f.module()))
                .forEach(f -> checkImports(f, findings));
        tree.files().stream()
                .filter(f -> f.name().equals("pom.xml") && Modules.CORE.contains(f.folder()))
                .forEach(f -> checkPom(f, findings));
        return findings;
    }

    private static void checkImports(SourceFile file, List<Finding> findings) {
        Matcher imported = IMPORT.matcher(file.javaText().bareCode());
        while (imported.find()) {
            String name = imported.group(1);
            boolean known =
                    name.startsWith("java.")
                            || name.startsWith("jdk.")
                            || name.startsWith("io.weft.")
                            || name.startsWith("org.jspecify.");
            if (!known) {
                findings.add(
                        file.at(
                                imported.start(),
                                "import of "
                                        + name
                                        + ": core modules use the JDK, Weft and JSpecify only;"
                                        + " write the few lines, or do it in weft-cli"));
            }
        }
    }

    private static void checkPom(SourceFile pom, List<Finding> findings) {
        Matcher dependency = DEPENDENCY.matcher(pom.text());
        while (dependency.find()) {
            String body = dependency.group(1);
            Matcher group = GROUP.matcher(body);
            String groupId = group.find() ? group.group(1) : "";
            boolean foreign = !groupId.equals("io.weft") && !groupId.equals("org.jspecify");
            if (foreign && !body.contains("<scope>test</scope>")) {
                findings.add(
                        pom.at(
                                dependency.start(),
                                "run-time dependency on "
                                        + groupId
                                        + ": core modules have none; use test scope or weft-cli"));
            }
        }
    }
}
