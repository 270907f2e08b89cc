package dev.wal;

import dev.wal.common.Durability;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing that happens in the life of a {@link SimulatedLog}. */
sealed interface Step {

    /**
     * A transaction of the engine, or more of the one that was left open under the same number.
     *
     * @param level of its commit, or null for that of the log
     */
    record Transact(
            int number,
            List<Action> actions,
            Ending ending,
            @Nullable Durability level) implements Step {}

    /** What is done in a transaction of the engine. */
    sealed interface Action {}

    /** Changes a row. */
    record Put(int partition, int size) implements Action {}

    /** Sets a savepoint. */
    enum SetSavepoint implements Action {
        INSTANCE;

        @Override
        public String toString() {
            return "SetSavepoint";
        }
    }

    /** Undoes what came after the savepoint of a number, if there is such a savepoint. */
    record Undo(int savepoint) implements Action {}

    /** How a transaction of the engine ends. */
    enum Ending {
        COMMIT,
        COMMIT_ASYNC,
        ROLL_BACK,
        PREPARE_AND_COMMIT,
        PREPARE_AND_ROLL_BACK,
        /** It is prepared, and left in doubt. */
        PREPARE,
        /** Not at all: it goes on later, or the next crash or close finds it open. */
        LEAVE_OPEN;

        boolean prepares() {
            return this == PREPARE || this == PREPARE_AND_COMMIT || this == PREPARE_AND_ROLL_BACK;
        }
    }

    /** Decides about one of the transactions that are in doubt. */
    record Resolve(int index) implements Step {}

    /** Begins a transaction that the caller drives. */
    record CallerBegin(int partition, int id) implements Step {}

    /** Changes a row in it. */
    record CallerPut(int partition, int id, int size) implements Step {}

    /** Commits it. */
    record CallerCommit(int partition, int id) implements Step {}

    /** Rolls it back. */
    record CallerRollBack(int partition, int id) implements Step {}

    /** Changes a row without naming a transaction. */
    record PutAlone(int partition, int size) implements Step {}

    /** Appends a batch of a transaction and of a row of none. */
    record AppendBatch(int partition, int rows, int size) implements Step {}

    /** Checkpoints a partition, or all of them if there is none of the number. */
    record TakeCheckpoint(int partition) implements Step {}

    /** Lets time pass. */
    record Pass(long nanos) implements Step {}

    /** What has no parameters. */
    enum Plain implements Step {
        SYNC,
        /** The flusher looks what there is to do. */
        FLUSH,
        /** Nothing is appended for so long that a mark covers the last batch. */
        IDLE,
        /** The thread in the background forces full segments. */
        FORCE_FULL,
        /** So much time passes that a checkpoint that nobody asks for is taken, if anything was committed since the last. */
        AUTOMATIC_CHECKPOINT,
        /** The log is closed, and opened again. */
        REOPEN
    }

    /** How calls of the storage fail. */
    enum Failure {
        /** One call. */
        ONCE,
        /** All from one on. */
        FOR_GOOD,
        /** What needs space, for some calls. */
        NO_SPACE
    }

    /** Has a call of the storage fail. */
    record Fail(int call, Failure failure) implements Step {}

    /** Damages the newest snapshot of a partition if there is an older one to fall back to. Shows at the next open. */
    record DamageSnapshot(int partition) implements Step {}

    /** Has bytes of a segment damaged behind the next crash, which only a log that stops at damage survives. */
    record DamageSegment(long seed) implements Step {}

    /**
     * The process is killed or the power cut, and the log is opened again.
     *
     * @param seed of what a power cut leaves
     * @param failingOpens opens before the one that succeeds, each of which is cut off by another such crash at a call of the storage
     */
    record Crash(boolean powerCut, long seed, List<Integer> failingOpens) implements Step {}
}
