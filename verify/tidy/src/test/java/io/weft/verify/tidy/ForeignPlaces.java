package io.weft.verify.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tree builds on any machine: no path of one machine, no package registry of one network. */
final class ForeignPlaces implements Rule {

    /** Where a place is looked for, its pattern, and what to say. */
    private record Place(Predicate<SourceFile> where, Pattern text, String cure) {}

    /** This rule and its own test must quote what they look for. */
    private static final Predicate<SourceFile> ALL =
            f -> !f.path().startsWith("verify/tidy/src/test/");

    private static final List<Place> PLACES =
            List.of(
                    new Place(
                            ALL,
                            Pattern.compile("(?<![\\w.$}])/(work|root|home/\\w+)/"),
                            "path of one machine: pass it in, or derive it from the project"),
                    new Place(
                            ALL.and(f -> f.isJava() || f.name().equals("pom.xml")),
                            Pattern.compile("\"/tmp/|>/tmp/"),
                            "fixed temporary path: use @TempDir or Files.createTempDirectory"),
                    new Place(
                            ALL.and(f -> f.name().endsWith(".xml")),
                            Pattern.compile("<(repositories|pluginRepositories|mirrors?)>"),
                            "registry of one network: it belongs into the user's settings.xml"),
                    new Place(
                            ALL.and(f -> f.name().endsWith(".properties")),
                            Pattern.compile(
                                    "https?://(?!repo\\.maven\\.apache\\.org/)[^\\s]+\\.(zip|jar)"),
                            "registry of one network: use the public Maven repository"));

    @Override
    public String name() {
        return "foreign places";
    }

    @Override
    public List<Finding> check(SourceTree tree) {
        List<Finding> findings = new ArrayList<>();
        for (Place place : PLACES) {
            tree.files().stream().filter(place.where()).forEach(f -> check(f, place, findings));
        }
        return findings;
    }

    private static void check(SourceFile file, Place place, List<Finding> findings) {
        Matcher found = place.text().matcher(file.text());
        while (found.find()) {
            findings.add(file.at(found.start(), found.group() + ": " + place.cure()));
        }
    }
}
