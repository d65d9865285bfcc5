package io.weft.verify.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Comments say what holds. Work that is left goes to the tracker, excitement nowhere. */
final class CommentVoice implements Rule {

    private static final Pattern OPEN_END = Pattern.compile("\\b(TODO|FIXME|XXX|HACK)\\b");

    private static final Pattern EXCLAMATION = Pattern.compile("[A-Za-z]!(?=\\s|$)");

    @Override
    public String name() {
        return "comment voice";
    }

    @Override
    public List<Finding> check(SourceTree tree) {
        List<Finding> findings = new ArrayList<>();
        tree.java()
                .forEach(
                        f -> {
                            find(f, OPEN_END, "do it or open an issue, then remove it", findings);
                            find(f, EXCLAMATION, "say it with a full stop", findings);
                        });
        return findings;
    }

    private static void find(
            SourceFile file, Pattern pattern, String cure, List<Finding> findings) {
        Matcher found = pattern.matcher(file.javaText().comments());
        while (found.find()) {
            findings.add(file.at(found.start(), found.group() + " in a comment: " + cure));
        }
    }
}
