package dev.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.common.CommitUnknownException;
import dev.wal.common.WalException;
import dev.wal.common.WalFailedException;
import dev.wal.state.Serializers;
import dev.wal.state.TableMap;
import dev.wal.state.TransactionContext;
import dev.wal.state.WalStates;
import dev.wal.storage.MemoryStorage;
import dev.wal.storage.MemoryStorage.Call;
import dev.wal.storage.MemoryStorage.Op;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A map on a log with checkpoints, in two lives, of which the second begins with what the first left; each call of the storage fails in turn, those of the second start among them. A storage that fails once works
 * again at once, and the log does not: after the first failure that could have left it in doubt, it stays closed.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EveryCallFailsTest {
    private static final int COMMITS = 14;
    private static final int MAX_TRANSACTION_SIZE = 2048;

    /** Which calls fail, and what they leave of what they were to write. */
    enum Fault {
        ONCE,
        ONE_WRITE_LEAVING_NOTHING,
        ONE_WRITE_LEAVING_EVERYTHING,
        FOR_GOOD;

        private boolean concerns(Call call) {
            return this == ONCE || this == FOR_GOOD || call.is(Op.WRITE);
        }

        private void into(MemoryStorage storage, int number) {
            switch (this) {
                case ONE_WRITE_LEAVING_NOTHING -> storage.leavingOfFailedWrites(length -> 0);
                case ONE_WRITE_LEAVING_EVERYTHING -> storage.leavingOfFailedWrites(length -> length);
                default -> storage.leavingOfFailedWrites(new Random(number));
            }
            if (this == FOR_GOOD) {
                storage.failFrom(number, this::concerns);
            } else {
                storage.failOnce(number, this::concerns);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whicheverCallFailsTheMapHasWhatWasPromised(Fault fault) {
        MemoryStorage healthy = new MemoryStorage();
        Lives undisturbed = new Lives(healthy, "no call failed");
        undisturbed.live();
        undisturbed.live();
        assertThat(undisturbed.possible).hasSize(1);
        long calls = healthy.count(fault::concerns);

        assertThat(calls).as("calls that fail in turn").isGreaterThan(60);

        for (int number = 1; number <= calls; number++) {
            MemoryStorage storage = new MemoryStorage();
            fault.into(storage, number);
            Lives lives = new Lives(storage, "call " + number + " of " + calls + " failed");
            lives.live();
            lives.live();
            assertThat(storage.openFiles()).as(lives.when).isZero();
            for (MemoryStorage left : List.of(storage.kill(), storage.powerCut(new Random(number)))) {
                Map<Long, String> found = new Lives(left, lives.when, lives.possible).find();
                assertThat(new Lives(left, lives.when + "; opened again", Set.of(found)).find())
                        .isEqualTo(found);
            }
        }
    }

    /** Logs on one storage, and what may be in the map. */
    private static final class Lives implements TransactionContext {
        private final MemoryStorage storage;
        private final String when;
        private Set<Map<Long, String>> possible;
        private @Nullable WalTransaction bound;
        private long number;

        private Lives(MemoryStorage storage, String when) {
            this(storage, when, Set.of(Map.of()));
        }

        private Lives(MemoryStorage storage, String when, Set<Map<Long, String>> possible) {
            this.storage = storage;
            this.when = when;
            this.possible = possible;
        }

        /** Opens, commits over several segments with checkpoints between, closes; as far as it gets. */
        private void live() {
            TableMap<Long, String> map = map();
            try (WalManager wal = open(map)) {
                found(map);
                for (int i = 0; i < COMMITS; i++) {
                    commit(wal, map);
                    if (i % 5 == 4) {
                        checkpoint(wal);
                    }
                }
            } catch (WalException e) {
                assertThat(e).as(when).hasMessageContaining("/memory/wal");
            }
        }

        /** What a start finds that meets no failure. */
        private Map<Long, String> find() {
            TableMap<Long, String> map = map();
            WalManager wal = open(map);
            try (wal) {
                found(map);
                return map.copy();
            }
        }

        private void found(TableMap<Long, String> map) {
            assertThat(possible).as(when).contains(map.copy());
            possible = Set.of(map.copy());
        }

        private TableMap<Long, String> map() {
            return TableMap.builder("names", Serializers.longs(), Serializers.strings(), this)
                    .build();
        }

        private WalManager open(TableMap<Long, String> map) {
            WalManager wal = DrivenLog.open(Logs.options(storage)
                            .partitions(2)
                            .maxTransactionSize(MAX_TRANSACTION_SIZE)
                            .build())
                    .manager();
            WalStates.attach(wal, List.of(map));
            return wal;
        }

        /** Some are larger than what is kept in memory. */
        private void commit(WalManager wal, TableMap<Long, String> map) {
            Map<Long, String> entries = new HashMap<>();
            int size = ++number % 4 == 0 ? 4 : 2;
            for (int i = 0; i < size; i++) {
                entries.put(number * (i + 1) % 11, number + ": " + "x".repeat(700));
            }
            try (WalTransaction transaction = wal.begin()) {
                bound = transaction;
                entries.forEach(map::put);
                transaction.commit();
                possible = with(entries);
            } catch (CommitUnknownException e) {
                Set<Map<Long, String>> either = new HashSet<>(possible);
                either.addAll(with(entries));
                possible = either;
                makeSureThatItIsClosed(wal);
            } catch (WalFailedException e) {
                makeSureThatItIsClosed(wal);
            } catch (WalException e) {
                assertThat(e).as(when).hasMessageContaining("/memory/wal");
            } finally {
                bound = null;
            }
        }

        private Set<Map<Long, String>> with(Map<Long, String> entries) {
            Set<Map<Long, String>> all = new HashSet<>();
            for (Map<Long, String> each : possible) {
                Map<Long, String> changed = new HashMap<>(each);
                changed.putAll(entries);
                all.add(changed);
            }
            return all;
        }

        /** Whether the storage works again or not. */
        private void makeSureThatItIsClosed(WalManager wal) {
            assertThat(wal.status().state()).as(when).isEqualTo(WalStatus.State.FAILED);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> Logs.commitRow(wal, 0, 1)).as(when).isInstanceOf(WalFailedException.class);
            }
            assertThatThrownBy(wal::sync).as(when).isInstanceOf(WalFailedException.class);
        }

        private void checkpoint(WalManager wal) {
            try {
                wal.checkpointAll();
            } catch (WalException e) {
                assertThat(e).as(when).hasMessageContaining("/memory/wal");
            }
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
    }
}
