package dev.wal.benchmark;

import dev.wal.common.Durability;
import dev.wal.state.MapView;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongFunction;

/** Heap that a map takes for each entry, and for each that changes while a view is open, as it is while a snapshot is written. */
final class MapMemoryCommand {
    private final MapMemoryOptions options;
    private final PrintStream out;

    MapMemoryCommand(MapMemoryOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws IOException {
        int entries = options.entries();
        Environment.print(options.directory(), out);
        Environment.printMemory(out);
        out.println(Account.describe(entries) + ". Heap in use after garbage was collected; of the log itself apart.");
        out.println();
        MarkdownTable table = new MarkdownTable("", "bytes an entry");
        table.row("ConcurrentHashMap", Numbers.count(plain(Account::of)));
        table.row("ConcurrentHashMap of accounts that were read back", Numbers.count(plain(Account::readBack)));
        Path directory = options.directory().resolve("run");
        Directories.delete(directory);
        try (AccountMap accounts = new AccountMap(directory, Durability.noSync(), false)) {
            long empty = HeapUse.bytes();
            accounts.fill(entries);
            long filled = HeapUse.bytes();
            table.row("DurableMap", Numbers.count((double) (filled - empty) / entries));
            int changed = entries / 10;
            table.row(
                    "and for each of " + Numbers.count(changed) + " that changed while a view was open",
                    Numbers.count((double) (whileAViewIsOpen(accounts, changed) - filled) / changed));
            table.row(
                    "and for each of them once the view was closed",
                    Numbers.count((double) (HeapUse.bytes() - filled) / changed));
        } finally {
            Directories.delete(directory);
        }
        table.print(out);
    }

    /** Also keeps what has entries from being collected earlier. */
    private void requireAll(int found) {
        if (found != options.entries()) {
            throw new IllegalStateException(found + " entries instead of " + options.entries());
        }
    }

    private long whileAViewIsOpen(AccountMap accounts, int changed) {
        try (MapView<Long, Account> view = accounts.map().view()) {
            accounts.change(changed);
            long bytes = HeapUse.bytes();
            requireAll(view.size());
            return bytes;
        }
    }

    private double plain(LongFunction<Account> account) {
        long before = HeapUse.bytes();
        Map<Long, Account> map = MapContenders.filledMap(options.entries(), account);
        double each = (double) (HeapUse.bytes() - before) / options.entries();
        requireAll(map.size());
        return each;
    }
}
