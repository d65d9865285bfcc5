package io.weft.verify.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Another JDK means another {@code weft-fiber}, and no other change. */
final class JdkInternals implements Rule {

    private static final Pattern INTERNAL =
            Pattern.compile(
                    "privateLookupIn|setAccessible|\\bjdk\\.internal\\b|\\bsun\\.(misc|nio)\\b"
                            + "|java\\.lang\\.VirtualThread");

    @Override
    public String name() {
        return "JDK internals";
    }

    @Override
    public List<Finding> check(SourceTree tree) {
        List<Finding> findings = new ArrayList<>();
        tree.mainJava()
                .filter(f -> f.module().startsWith("weft") && !f.module().equals("weft-fiber"))
                .forEach(
                        f -> {
                            Matcher internal = INTERNAL.matcher(f.javaText().code());
                            while (internal.find()) {
                                findings.add(
                                        f.at(
                                                internal.start(),
                                                internal.group()
                                                        + ": only weft-fiber may reach into the"
                                                        + " JDK; ask for it there"));
                            }
                        });
        return findings;
    }
}
