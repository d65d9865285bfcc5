/** The demo: stages of server and load, their figures, and the report. */
@NullMarked
package io.weft.cli.demo;

import org.jspecify.annotations.NullMarked;
