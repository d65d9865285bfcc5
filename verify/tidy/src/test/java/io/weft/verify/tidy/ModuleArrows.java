package io.weft.verify.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Modules use only what lies below them: by {@code requires}, by import, by qualified name. */
final class ModuleArrows implements Rule {

    private static final Pattern USE = Pattern.compile("\\bio\\.weft(\\.[a-z]\\w*)*");

    @Override
    public String name() {
        return "module arrows";
    }

    @Override
    public List<Finding> check(SourceTree tree) {
        List<Finding> findings = new ArrayList<>();
        tree.java().filter(f -> f.isMainJava() || f.isTestJava()).forEach(f -> check(f, findings));
        return findings;
    }

    private static void check(SourceFile file, List<Finding> findings) {
        Optional<String> own = Modules.rootOf(file.module());
        if (own.isEmpty()) {
            return;
        }
        Set<String> allowed = Modules.reachable(own.get());
        Matcher use = USE.matcher(file.javaText().bareCode());
        while (use.find()) {
            String used = Modules.ownerOf(use.group()).orElseThrow();
            boolean testSupport = file.isTestJava() && used.equals("io.weft.testkit");
            if (!allowed.contains(used) && !testSupport) {
                findings.add(
                        file.at(
                                use.start(),
                                own.get()
                                        + " may not use "
                                        + used
                                        + ", arrows run only down to "
                                        + allowed
                                        + ": move the code, or put an interface below"));
            }
        }
    }
}
