package dev.wal.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where plots go, if anywhere. */
record Plots(Optional<Path> directory) {
    /** Where the pages are that show plots. */
    private static final Path DOCS = Path.of("docs");

    /** @param directory made if it is missing; empty for no plots */
    static Plots in(String directory) {
        return new Plots(directory.isEmpty() ? Optional.empty() : Optional.of(Path.of(directory)));
    }

    /** Writes a plot as a file of a name, and prints how a page of the documentation shows it. */
    void draw(String name, LinePlot plot, PrintStream out) throws IOException {
        if (directory.isPresent()) {
            Path file = Directories.create(directory.get()).resolve(name + ".svg");
            Files.writeString(file, plot.toSvg());
            out.println();
            out.println("![" + plot.title() + "]("
                    + DOCS.toAbsolutePath()
                            .normalize()
                            .relativize(file.toAbsolutePath().normalize()) + ")");
        }
    }
}
