package dev.wal.it.join;

import dev.wal.WalOptions;
import dev.wal.common.WalObserver;
import dev.wal.common.WalOperation;
import dev.wal.spring.boot.autoconfigure.WalOptionsCustomizer;
import dev.wal.storage.Storage;
import dev.wal.storage.StorageFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Tells when a thread commits to the log, and when it forces a segment. */
final class WatchedLog implements WalObserver, WalOptionsCustomizer {
    private final StepWatch watch;
    private final Path directory;

    WatchedLog(StepWatch watch, Path directory) {
        this.watch = watch;
        this.directory = directory;
    }

    @Override
    public void customize(WalOptions.Builder options) {
        options.storage(Watched.watch(Storage.class, Storage.of(directory), call -> {
            Object result = call.make();
            return result instanceof StorageFile file && ((String) call.arguments()[0]).startsWith("segment-")
                    ? Watched.watch(StorageFile.class, file, this::makeOfSegment)
                    : result;
        }));
    }

    private Object makeOfSegment(Watched.Call call) throws Throwable {
        if (!call.name().equals("force")) {
            return call.make();
        }
        watch.logForces();
        Object result = call.make();
        watch.logForced();
        return result;
    }

    @Override
    public Observed began(WalOperation operation) {
        if (operation != WalOperation.COMMIT) {
            return Observed.NOT;
        }
        watch.logCommits();
        return this::ended;
    }

    private void ended(@Nullable Throwable failure) {
        if (failure == null) {
            watch.logCommitted();
        }
    }
}
