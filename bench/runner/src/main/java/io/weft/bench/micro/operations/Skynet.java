package io.weft.bench.micro.operations;

import java.util.concurrent.CountDownLatch;

/**
 * A tree of threads: each starts ten, a million of them are leaves, and the sum of the leaves'
 * numbers comes back to the root. Each node also reports how many have run below it, so that the
 * count is of threads that were really made.
 */
final class Skynet implements Operation {

    private static final int CHILDREN = 10;

    private final long leaves;
    private final long nodes;

    /**
     * @param leaves a power of ten
     */
    Skynet(long leaves) {
        this.leaves = leaves;
        nodes = (CHILDREN * leaves - 1) / (CHILDREN - 1);
    }

    @Override
    public Done batch(Threads threads) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        Node root = new Node(threads, 0, leaves, ended);
        threads.start(root);
        ended.await();
        WrongResultException.check("sum of leaves", root.sum, leaves * (leaves - 1) / 2);
        WrongResultException.check("threads", root.count, nodes);
        return new Done(root.count, root.count);
    }

    private static final class Node implements Runnable {

        private final Threads threads;
        private final long first;
        private final long size;
        private final CountDownLatch ended;
        private long sum;
        private long count = 1;

        Node(Threads threads, long first, long size, CountDownLatch ended) {
            this.threads = threads;
            this.first = first;
            this.size = size;
            this.ended = ended;
        }

        @Override
        public void run() {
            if (size == 1) {
                sum = first;
            } else {
                branch();
            }
            ended.countDown();
        }

        private void branch() {
            Node[] children = new Node[CHILDREN];
            CountDownLatch all = new CountDownLatch(CHILDREN);
            long part = size / CHILDREN;
            for (int i = 0; i < CHILDREN; i++) {
                children[i] = new Node(threads, first + i * part, part, all);
                threads.start(children[i]);
            }
            try {
                all.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("micro: nobody interrupts a node", e);
            }
            for (Node child : children) {
                sum += child.sum;
                count += child.count;
            }
        }
    }
}
