package dev.wal.proof;

import dev.wal.storage.FileNames;
import java.util.Arrays;
import java.util.List;

/** When a writer is caught: before a call of its storage, or at any time. */
enum Moment {
    /** At no call: whatever happens then. */
    ANY_TIME(1) {
        @Override
        boolean includes(Call call) {
            return false;
        }
    },
    COMMIT(100) {
        @Override
        boolean includes(Call call) {
            return !call.opening() && call.changesTheLog();
        }
    },
    /** A segment is made, used again, or written to for the first time. */
    ROLL(20) {
        @Override
        boolean includes(Call call) {
            return !call.opening() && (call.makesASegment() || call.changesTheLog() && call.firstOfFile());
        }
    },
    CHECKPOINT(40) {
        @Override
        boolean includes(Call call) {
            return call.thread().startsWith("wal-checkpoints");
        }
    },
    SNAPSHOT(40) {
        @Override
        boolean includes(Call call) {
            return call.file().startsWith("snapshot-");
        }
    },
    MANIFEST(12) {
        @Override
        boolean includes(Call call) {
            return call.file().startsWith(FileNames.MANIFEST);
        }
    },
    /** After the manifest no longer names them. */
    DROP(8) {
        @Override
        boolean includes(Call call) {
            return !call.opening() && call.dropsAFile();
        }
    },
    FIRST_COMMIT_AFTER_CHECKPOINT(4) {
        @Override
        boolean includes(Call call) {
            return call.checkpointed() && call.changesTheLog();
        }
    },
    /** Between the first part of a spilled transaction and the end of its commit. */
    SPILLED(40) {
        @Override
        boolean includes(Call call) {
            return call.spilling() && call.changesTheLog();
        }
    },
    RECOVERY(16) {
        @Override
        boolean includes(Call call) {
            return call.opening();
        }
    };

    private final int calls;

    Moment(int calls) {
        this.calls = calls;
    }

    /** All, or those that -Dproof.moments names, separated by commas. */
    static List<Moment> chosen() {
        String names = System.getProperty("proof.moments", "");
        return names.isEmpty()
                ? List.of(values())
                : Arrays.stream(names.split(",")).map(Moment::valueOf).toList();
    }

    /** Of how many calls one is chosen. */
    int calls() {
        return calls;
    }

    /** What a storage is asked for. */
    enum Op {
        CREATE,
        WRITE,
        FORCE,
        RENAME,
        DELETE,
        FORCE_DIRECTORY
    }

    /**
     * A call that changes something, before it is made.
     *
     * @param file empty for the directory; of a rename the name after it
     * @param firstOfFile whether it is the first such call to a file of this name
     * @param opening whether the log is being opened
     * @param checkpointed whether a checkpoint has ended, and no commit has since
     * @param spilling whether the thread is committing a transaction that spills
     */
    record Call(
            Op op,
            String file,
            String thread,
            boolean firstOfFile,
            boolean opening,
            boolean checkpointed,
            boolean spilling) {

        private boolean changesTheLog() {
            return FileNames.segmentNumber(file).isPresent() && (op == Op.WRITE || op == Op.FORCE);
        }

        private boolean makesASegment() {
            return FileNames.isTemporarySegment(file)
                    || op == Op.RENAME && FileNames.segmentNumber(file).isPresent();
        }

        private boolean dropsAFile() {
            return op == Op.DELETE || op == Op.RENAME && FileNames.isTemporarySegment(file);
        }
    }

    abstract boolean includes(Call call);
}
