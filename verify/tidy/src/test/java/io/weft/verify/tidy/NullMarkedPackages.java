package io.weft.verify.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Every package says that its references are not null unless marked, so that NullAway looks. */
final class NullMarkedPackages implements Rule {

    @Override
    public String name() {
        return "null-marked packages";
    }

    @Override
    public List<Finding> check(SourceTree tree) {
        TreeSet<String> folders = new TreeSet<>();
        tree.java()
                .filter(f -> f.isMainJava() || f.isTestJava())
                .filter(f -> !f.name().equals("module-info.java"))
                .forEach(f -> folders.add(f.folder()));
        List<Finding> findings = new ArrayList<>();
        for (String folder : folders) {
            String path = folder + "/package-info.java";
            Optional<SourceFile> info = tree.file(path);
            if (info.isEmpty() || !info.get().javaText().code().contains("@NullMarked")) {
                findings.add(
                        new Finding(path, 1, "no @NullMarked: add a package-info.java with it"));
            }
        }
        return findings;
    }
}
