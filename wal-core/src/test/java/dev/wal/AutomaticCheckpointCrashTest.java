package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.common.WalException;
import dev.wal.state.Serializers;
import dev.wal.state.TableMap;
import dev.wal.state.TransactionContext;
import dev.wal.state.WalStates;
import dev.wal.storage.FileNames;
import dev.wal.storage.MemoryStorage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Maps on a log whose checkpoints are taken by themselves: a crash before each call of the storage, and then another one in the start after it. */
class AutomaticCheckpointCrashTest {
    private static final long MAX_LOG_SIZE = 64 << 10;
    private static final int KEYS = 9;

    private final AtomicLong nanos = new AtomicLong(1);

    /** A log with two maps, without threads of its own: a checkpoint that is due is taken right after the commit that made it due. */
    private final class Life implements AutoCloseable, TransactionContext {
        private final MemoryStorage disk;
        private final TableMap<Long, String> names = map("names");
        private final TableMap<Long, String> places = map("places");
        private final WalManager wal;
        private final ScheduledCheckpoints checkpoints;
        private @Nullable WalTransaction bound;

        private Life(MemoryStorage disk) {
            this.disk = disk;
            wal = WalManager.open(Logs.options(disk).partitions(2).build(), nanos::get, name -> new DrivenThreads());
            try {
                WalStates.attach(wal, List.of(names, places));
            } catch (Throwable e) {
                wal.close();
                throw e;
            }
            checkpoints = new ScheduledCheckpoints(
                    wal.checkpointSource(), CheckpointSchedule.never().withMaxLogSize(MAX_LOG_SIZE), nanos::get);
        }

        private TableMap<Long, String> map(String table) {
            return TableMap.builder(table, Serializers.longs(), Serializers.strings(), this)
                    .build();
        }

        /** Changes an entry of both maps, and lets a checkpoint be taken. */
        private void put(long number) {
            try (WalTransaction transaction = wal.begin()) {
                bound = transaction;
                names.put(number % KEYS, "n".repeat(400) + number);
                places.put(number % KEYS, "p".repeat(400) + number);
                transaction.commit();
            } finally {
                bound = null;
            }
            checkpoints.work();
        }

        private Map<Long, String> content() {
            Map<Long, String> content = names.copy();
            places.copy().forEach((key, value) -> content.put(-1 - key, value));
            return content;
        }

        private long taken() {
            return disk.count(
                    call -> call.is(MemoryStorage.Op.RENAME) && call.file().equals(FileNames.MANIFEST));
        }

        @Override
        public @Nullable WalTransaction current() {
            return bound;
        }

        @Override
        public WalTransaction required() {
            if (bound == null) {
                throw new IllegalStateException("no transaction");
            }
            return bound;
        }

        @Override
        public void close() {
            wal.close();
        }
    }

    private static Map<Long, String> contentBehind(long last) {
        Map<Long, String> content = new HashMap<>();
        for (long number = 0; number <= last; number++) {
            content.put(number % KEYS, "n".repeat(400) + number);
            content.put(-1 - number % KEYS, "p".repeat(400) + number);
        }
        return content;
    }

    /** A disk on which the next put makes a checkpoint due, which finds two that are kept. */
    private record Ready(MemoryStorage disk, long next, long calls) {}

    private Ready ready() {
        MemoryStorage disk = new MemoryStorage();
        MemoryStorage before;
        long number = 0;
        try (Life life = new Life(disk)) {
            long taken = life.taken();
            do {
                before = disk.kill();
                life.put(number++);
            } while (life.taken() < taken + 4);
        }
        // The same once more, on the disk as it was before, to count the calls.
        MemoryStorage copy = before.kill();
        try (Life life = new Life(copy)) {
            long calls = copy.count(call -> true);
            long taken = life.taken();
            life.put(number - 1);
            assertThat(life.taken()).as("a checkpoint was taken").isEqualTo(taken + 1);
            return new Ready(before, number - 1, copy.count(call -> true) - calls);
        }
    }

    @Test
    void whatWasAcknowledgedIsThereAfterACrashBeforeAnyCallOfTheStorage() {
        Ready ready = ready();
        assertThat(ready.calls()).isGreaterThan(25);
        for (int call = 1; call <= ready.calls() + 1; call++) {
            MemoryStorage disk = ready.disk().kill();
            boolean acknowledged = crash(disk, call, ready.next());
            Random random = new Random(call);
            check(disk.kill(), ready.next(), acknowledged, "killed before call " + call);
            check(disk.powerCutLosing(name -> true), ready.next(), acknowledged, "power lost before call " + call);
            for (int i = 0; i < 4; i++) {
                String when = "power lost before call " + call + ", outcome " + i;
                check(disk.powerCut(random), ready.next(), acknowledged, when);
            }
        }
    }

    /** Returns whether the commit was acknowledged. */
    private boolean crash(MemoryStorage disk, int call, long number) {
        try (Life life = new Life(disk)) {
            disk.leavingOfFailedWrites(new Random(call));
            disk.failFrom(call, any -> true);
            life.put(number);
            return true;
        } catch (WalException e) {
            return false;
        }
    }

    private void check(MemoryStorage left, long number, boolean acknowledged, String when) {
        Map<Long, String> with = contentBehind(number);
        try (Life life = new Life(left)) {
            assertThat(life.wal.recoveryReport().snapshotFallbacks()).as(when).isEmpty();
            Map<Long, String> found = life.content();
            if (acknowledged || found.equals(with)) {
                assertThat(found).as(when).isEqualTo(with);
            } else {
                assertThat(found).as(when).isEqualTo(contentBehind(number - 1));
                life.put(number);
            }
            for (long next = number + 1; next < number + 2 * KEYS; next++) {
                life.put(next);
            }
        }
        try (Life life = new Life(left)) {
            assertThat(life.content())
                    .as(when + ", then used and opened again")
                    .isEqualTo(contentBehind(number + 2 * KEYS - 1));
        }
    }

    @Test
    void anotherCrashInTheStartAfterItLosesNothingEither() {
        Ready ready = ready();
        int crashed = 0;
        for (int call = 1; call <= ready.calls() + 1; call++) {
            MemoryStorage disk = ready.disk().kill();
            boolean acknowledged = crash(disk, call, ready.next());
            Random random = new Random(call);
            for (int inOpen = 1 + call % 4; ; inOpen += 4) {
                MemoryStorage left = random.nextBoolean() ? disk.powerCut(random) : disk.kill();
                if (!crashInOpen(left, inOpen)) {
                    break;
                }
                crashed++;
                String when = "crash before call " + call + ", and before call " + inOpen + " of the start";
                MemoryStorage again = random.nextBoolean() ? left.powerCut(random) : left.kill();
                check(again, ready.next(), acknowledged, when);
            }
        }
        assertThat(crashed).isGreaterThan(200);
    }

    /** Whether the start was not over before that call. */
    private boolean crashInOpen(MemoryStorage left, int call) {
        left.leavingOfFailedWrites(new Random(call));
        left.failFrom(call, any -> true);
        try {
            new Life(left).close();
            return false;
        } catch (WalException e) {
            return true;
        } finally {
            left.heal();
        }
    }
}
