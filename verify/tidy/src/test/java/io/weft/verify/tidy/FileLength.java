package io.weft.verify.tidy;

import java.util.ArrayList;
import java.util.List;

/** A file is about one noun: a hundred lines as a rule, six hundred at times, a thousand never. */
final class FileLength implements Rule {

    static final int LINES_MAX = 1_000;
    static final int LINES_NINETIETH_PERCENTILE_MAX = 600;

    @Override
    public String name() {
        return "file length";
    }

    @Override
    public List<Finding> check(SourceTree tree) {
        List<SourceFile> java = tree.java().toList();
        List<Finding> findings = new ArrayList<>();
        for (SourceFile file : java) {
            int lines = file.lines().size();
            if (lines > LINES_MAX) {
                findings.add(
                        new Finding(
                                file.path(),
                                LINES_MAX,
                                lines
                                        + " lines, at most "
                                        + LINES_MAX
                                        + ": give one of its nouns a file of its own"));
            }
        }
        long longFiles =
                java.stream()
                        .filter(f -> f.lines().size() > LINES_NINETIETH_PERCENTILE_MAX)
                        .count();
        if (java.size() >= 10 && longFiles * 10 > java.size()) {
            findings.add(
                    new Finding(
                            "",
                            1,
                            longFiles
                                    + " of "
                                    + java.size()
                                    + " files are longer than "
                                    + LINES_NINETIETH_PERCENTILE_MAX
                                    + " lines, at most one in ten may be: split the longest"));
        }
        return findings;
    }
}
