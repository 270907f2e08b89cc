package dev.wal;

import java.util.function.Consumer;

/** The threads of a log, but that a test decides who helps, with one task at a time. */
final class HelpBy extends OwnThreadsBut {
    private final Consumer<Runnable> help;

    HelpBy(String log, Consumer<Runnable> help) {
        super(log);
        this.help = help;
    }

    @Override
    public void help(Runnable task) {
        help.accept(task);
    }

    @Override
    public int helpers() {
        return 1;
    }
}
