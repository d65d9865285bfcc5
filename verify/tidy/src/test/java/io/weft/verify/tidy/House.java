package io.weft.verify.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Licence, index of the documents, and documents that speak of what exists. */
final class House implements Rule {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s#]+)(#[^)]*)?\\)");

    private static final Pattern TEST_NAME =
            Pattern.compile("`([A-Z]\\w*(?:Test|Suite|Contract))(?:[.#](\\w+))?`");

    @Override
    public String name() {
        return "house";
    }

    @Override
    public List<Finding> check(SourceTree tree) {
        List<Finding> findings = new ArrayList<>();
        Optional<SourceFile> licence = tree.file("LICENSE");
        if (licence.isEmpty() || !licence.get().text().contains("Apache License")) {
            findings.add(new Finding("LICENSE", 1, "no Apache licence: add its text"));
        }
        List<SourceFile> pages =
                tree.files().stream()
                        .filter(f -> f.path().startsWith("docs/") && f.name().endsWith(".md"))
                        .toList();
        checkIndex(tree, pages, findings);
        tree.files().stream()
                .filter(f -> f.name().endsWith(".md"))
                .forEach(
                        page -> {
                            checkLinks(tree, page, findings);
                            checkTestNames(tree, page, findings);
                        });
        return findings;
    }

    private static void checkIndex(
            SourceTree tree, List<SourceFile> pages, List<Finding> findings) {
        String index = tree.file("docs/README.md").map(SourceFile::text).orElse("");
        for (SourceFile page : pages) {
            String link = page.path().substring("docs/".length());
            if (!page.path().equals("docs/README.md") && !index.contains("(" + link + ")")) {
                findings.add(
                        new Finding(
                                page.path(),
                                1,
                                "page without an entry: list it in docs/README.md with one line"));
            }
        }
    }

    private static void checkLinks(SourceTree tree, SourceFile page, List<Finding> findings) {
        Matcher link = LINK.matcher(page.text());
        while (link.find()) {
            String target = link.group(1);
            if (!target.contains(":") && !exists(tree, page.folder(), target)) {
                findings.add(
                        page.at(link.start(), "dead link to " + target + ": mend or remove it"));
            }
        }
    }

    private static boolean exists(SourceTree tree, String folder, String target) {
        String path = java.nio.file.Path.of(folder, target).normalize().toString();
        return tree.files().stream()
                .anyMatch(f -> f.path().equals(path) || f.path().startsWith(path + "/"));
    }

    private static void checkTestNames(SourceTree tree, SourceFile page, List<Finding> findings) {
        Matcher name = TEST_NAME.matcher(page.text());
        while (name.find()) {
            String method = name.group(2);
            Set<SourceFile> classes =
                    tree.java()
                            .filter(f -> f.name().equals(name.group(1) + ".java"))
                            .collect(Collectors.toSet());
            boolean found =
                    classes.stream()
                            .anyMatch(f -> method == null || f.text().contains(" " + method + "("));
            if (!found) {
                findings.add(
                        page.at(
                                name.start(),
                                name.group() + " does not exist: name the test that proves it"));
            }
        }
    }
}
