package io.weft.verify.tidy;

import java.util.List;

/** One thing that holds everywhere in the source tree. */
interface Rule {

    /** Two or three words, shown as the name of the test. */
    String name();

    /** Every place of the tree that breaks the rule. */
    List<Finding> check(SourceTree tree);
}
