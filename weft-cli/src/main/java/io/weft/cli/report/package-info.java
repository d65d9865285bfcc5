/** What reports have in common: the machine, the page, its charts. */
@NullMarked
package io.weft.cli.report;

import org.jspecify.annotations.NullMarked;
