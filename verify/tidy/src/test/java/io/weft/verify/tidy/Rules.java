package io.weft.verify.tidy;

import java.util.List;

/** All rules. */
final class Rules {

    static final List<Rule> ALL =
            List.of(
                    new FileLength(),
                    new MethodShape(),
                    new ModuleArrows(),
                    new CoreDependencies(),
                    new JdkInternals(),
                    new BannedCalls(),
                    new EmptyCatch(),
                    new PlainText(),
                    new CommentVoice(),
                    new ForeignPlaces(),
                    new NullMarkedPackages(),
                    new House());

    private Rules() {}
}
