/** Faulty system calls, a watcher for leaked descriptors, and contract suites, for tests only. */
@NullMarked
package io.weft.testkit;

import org.jspecify.annotations.NullMarked;
