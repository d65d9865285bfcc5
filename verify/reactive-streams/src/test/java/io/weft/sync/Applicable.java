package io.weft.sync;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.testng.IAnnotationTransformer;
import org.testng.annotations.ITestAnnotation;

/**
 * Takes out of the suite what would only be skipped: rules of which it says itself that no test can
 * show them ({@code untested_…}), and those of a choice that was made otherwise.
 */
public final class Applicable implements IAnnotationTransformer {

    private static final String MULTICAST =
            "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfIts"
                    + "SubscribersWhenRequesting";

    /** Subscribers of a channel compete, so they do not all get the same values. */
    private static final Set<String> OTHER_CHOICES =
            Set.of(
                    MULTICAST + "OneByOne",
                    MULTICAST + "ManyUpfront",
                    MULTICAST + "ManyUpfrontAndCompleteAsExpected");

    /** For TestNG. */
    public Applicable() {}

    @Override
    @SuppressWarnings("rawtypes") // as declared
    public void transform(
            ITestAnnotation test,
            @Nullable Class type,
            @Nullable Constructor constructor,
            @Nullable Method method) {
        String name = method == null ? "" : method.getName();
        if (name.startsWith("untested_") || OTHER_CHOICES.contains(name)) {
            test.setEnabled(false);
        }
    }
}
