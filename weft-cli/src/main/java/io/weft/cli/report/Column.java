package io.weft.cli.report;

import io.weft.cli.text.TextTable;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table that is shown in a terminal and on a page.
 *
 * @param group heading above neighbouring columns
 * @param heading of this one
 * @param value the cell of a row
 * @param <T> what a row is made of
 */
public record Column<T>(String group, String heading, Function<T, String> value) {

    /** Stands where a figure cannot be told. */
    public static final String NONE = "n/a";

    /** The table for a terminal. */
    public static <T> TextTable text(List<Column<T>> columns, List<T> rows) {
        TextTable table = new TextTable();
        for (Column<T> column : columns) {
            table.add(column.group(), column.heading(), rows.stream().map(column.value()).toList());
        }
        return table;
    }

    /** A figure without decimals. */
    public static String whole(double number) {
        return "%,.0f".formatted(number);
    }

    /** The same, where it may be unknown. */
    public static String whole(@Nullable Double number) {
        return number == null ? NONE : whole(number.doubleValue());
    }
}
