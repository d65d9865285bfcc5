/** Text for people: durations, tables, a live line. */
@NullMarked
package io.weft.cli.text;

import org.jspecify.annotations.NullMarked;
