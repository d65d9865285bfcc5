package io.weft.verify.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An exception that is caught is handled, or the comment in its place says why not. */
final class EmptyCatch implements Rule {

    private static final Pattern EMPTY = Pattern.compile("\\bcatch\\s*\\([^)]*\\)\\s*\\{(\\s*)\\}");

    @Override
    public String name() {
        return "empty catch";
    }

    @Override
    public List<Finding> check(SourceTree tree) {
        List<Finding> findings = new ArrayList<>();
        tree.java()
                .forEach(
                        f -> {
                            Matcher empty = EMPTY.matcher(f.javaText().bareCode());
                            while (empty.find()) {
                                check(f, empty, findings);
                            }
                        });
        return findings;
    }

    private static void check(SourceFile file, Matcher empty, List<Finding> findings) {
        String comments = file.javaText().comments().substring(empty.start(1), empty.end(1));
        if (comments.isBlank()) {
            findings.add(
                    file.at(
                            empty.start(),
                            "empty catch: handle it, or say in a comment why nothing is to do"));
        }
    }
}
