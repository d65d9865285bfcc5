package io.weft.testkit;

/** Goes with a failure: who has run the bubble, and how to see it again. */
final class BubbleSeed extends Exception {

    private static final long serialVersionUID = 1;

    BubbleSeed(long seed) {
        super(
                "in a bubble with the seed "
                        + seed
                        + ": Bubble.seeded("
                        + seed
                        + ").go(body) runs the same interleaving again");
    }
}
