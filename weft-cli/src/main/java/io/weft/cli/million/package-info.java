/** The million: its plan, its stages, its figures, and the report. */
@NullMarked
package io.weft.cli.million;

import org.jspecify.annotations.NullMarked;
