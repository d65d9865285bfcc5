package io.weft.verify.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Spaces, not tabs, none at the end of a line, and a line end at the end of a file. */
final class PlainText implements Rule {

    /** Languages whose own formatter or file format wants tabs. */
    private static final Set<String> TABS_ALLOWED = Set.of("c", "go", "h", "mod");

    @Override
    public String name() {
        return "plain text";
    }

    @Override
    public List<Finding> check(SourceTree tree) {
        List<Finding> findings = new ArrayList<>();
        tree.files().forEach(f -> check(f, findings));
        return findings;
    }

    private static void check(SourceFile file, List<Finding> findings) {
        String extension = file.name().substring(file.name().lastIndexOf('.') + 1);
        int number = 0;
        for (String line : file.lines()) {
            number++;
            if (line.indexOf('\t') >= 0 && !TABS_ALLOWED.contains(extension)) {
                findings.add(new Finding(file.path(), number, "tab: use spaces"));
            }
            if (!line.isEmpty() && Character.isWhitespace(line.charAt(line.length() - 1))) {
                findings.add(new Finding(file.path(), number, "blank at the end: remove it"));
            }
        }
        if (file.text().indexOf('\r') >= 0) {
            findings.add(new Finding(file.path(), 1, "carriage return: end lines with LF"));
        }
        if (!file.text().isEmpty() && !file.text().endsWith("\n")) {
            findings.add(new Finding(file.path(), number, "last line: end it with a line feed"));
        }
    }
}
