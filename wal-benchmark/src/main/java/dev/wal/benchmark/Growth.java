package dev.wal.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** Something that is measured while it grows: a table, and a plot of its columns. */
interface Growth {
    /** As a heading. */
    String title();

    /** What grows, and what is measured, each with its unit. */
    List<String> columns();

    /** One value for each column but the first. */
    double[] measure(long size, Path directory) throws IOException;

    /** Measures one size after the other, each in an empty directory; prints a table. */
    default LinePlot print(List<Long> sizes, Path directory, PrintStream out) throws IOException {
        List<String> columns = columns();
        MarkdownTable table = new MarkdownTable(columns.toArray(String[]::new));
        LinePlot plot = new LinePlot(title(), columns.get(0));
        for (long size : sizes) {
            Directories.delete(directory);
            double[] found = measure(size, Directories.create(directory));
            Directories.delete(directory);
            String[] cells = new String[columns.size()];
            cells[0] = Numbers.count(size);
            for (int i = 0; i < found.length; i++) {
                cells[i + 1] = Numbers.figure(found[i]);
                plot.point(columns.get(i + 1), (double) size, found[i]);
            }
            table.row(cells);
        }
        out.println();
        out.println("### " + title());
        out.println();
        table.print(out);
        return plot;
    }
}
