/** What all measurements of servers share: who takes part, where samples go, how long it takes. */
@NullMarked
package io.weft.bench.session;

import org.jspecify.annotations.NullMarked;
