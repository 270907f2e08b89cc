package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.CommitReceipt;
import dev.wal.DrivenLog;
import dev.wal.WalTransaction;
import dev.wal.common.CommitUnknownException;
import dev.wal.common.WalException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Transactions that live at once, in two threads of which one runs at a time, each next to its model. */
final class SimulatedTransactions implements TransactionContext, AutoCloseable {
    private static final int MOST = 4;
    private static final int LARGE = 700;
    private static final long PATIENCE_SECONDS = 20;

    /** What lives are meant to meet. */
    enum Met {
        SUSPENDED_HOLDERS,
        HOLDERS_IN_ANOTHER_THREAD,
        STALE_READS,
        UNDONE_WRITES,
        WRITES_WHILE_A_SNAPSHOT_IS_WRITTEN,
        PREPARED_COMMITS,
        UNKNOWN_COMMITS,
        FAILED_CHECKPOINTS,
        DAMAGED_SNAPSHOTS,
        IN_DOUBT_AT_AN_OPEN,
        ACKNOWLEDGED_AND_LOST
    }

    private final MapModel model;
    private final Set<Met> met;
    private final ExecutorService elsewhere = Executors.newSingleThreadExecutor();
    private final List<Living> living = new ArrayList<>();
    private volatile @Nullable WalTransaction current;
    private int values;

    // Of the open log.
    private DrivenLog log;
    private List<DurableMap<Long, String>> maps;
    private boolean forces;

    private static final class Living {
        private final WalTransaction transaction;
        private final MapModel.Transaction model;
        private final boolean elsewhere;
        private final List<WalTransaction.Savepoint> savepoints = new ArrayList<>();
        private boolean prepared;

        private Living(WalTransaction transaction, MapModel.Transaction model, boolean elsewhere) {
            this.transaction = transaction;
            this.model = model;
            this.elsewhere = elsewhere;
        }
    }

    SimulatedTransactions(MapModel model, Set<Met> met) {
        this.model = model;
        this.met = met;
    }

    /** Those of an earlier log are gone. */
    void opened(DrivenLog opened, List<DurableMap<Long, String>> itsMaps, boolean isForced) {
        log = opened;
        maps = itsMaps;
        forces = isForced;
        living.clear();
    }

    @Override
    public @Nullable WalTransaction current() {
        return current;
    }

    @Override
    public WalTransaction required() {
        return Objects.requireNonNull(current);
    }

    void begin(boolean inOtherThread) {
        if (living.size() < MOST) {
            living.add(new Living(log.manager().begin(), model.begin(), inOtherThread));
        }
    }

    private Living chosen(int choice) {
        if (living.isEmpty()) {
            begin(false);
        }
        return living.get(choice % living.size());
    }

    // What they do.

    void act(MapStep.Act act) {
        Living one = chosen(act.transaction());
        if (one.prepared) {
            return;
        }
        MapModel.Key key = new MapModel.Key(act.map(), act.key());
        DurableMap<Long, String> map = maps.get(act.map());
        switch (act.action()) {
            case GET ->
                assertThat(in(one, () -> map.get(key.key()))).as("%s", key).isEqualTo(one.model.get(key));
            case GET_FOR_UPDATE -> change(one, key, () -> map.getForUpdate(key.key()), () -> {});
            case PUT -> put(one, key, newValue());
            case PUT_LARGE -> put(one, key, newValue() + "x".repeat(LARGE));
            case REMOVE -> change(one, key, () -> map.remove(key.key()), () -> one.model.remove(key));
            case PUT_IF_ABSENT -> {
                String value = newValue();
                change(one, key, () -> map.putIfAbsent(key.key(), value), () -> {
                    if (one.model.get(key) == null) {
                        one.model.put(key, value);
                    }
                });
            }
            case REPLACE -> {
                String value = newValue();
                change(one, key, () -> map.replace(key.key(), value), () -> {
                    if (one.model.get(key) != null) {
                        one.model.put(key, value);
                    }
                });
            }
            case COMPUTE -> compute(one, key);
            case LOOK -> look(one, act.map());
            case SAVEPOINT -> {
                one.savepoints.add(one.transaction.savepoint());
                one.model.savepoint();
            }
            case ROLL_BACK_TO -> rollBackTo(one, act.choice());
            case RELEASE -> release(one, act.choice());
        }
    }

    private String newValue() {
        return "value " + ++values;
    }

    /** Removes every third value, and lengthens the others. */
    private void compute(Living one, MapModel.Key key) {
        String added = newValue();
        boolean removes = values % 3 == 0;
        change(
                one,
                key,
                () -> {
                    String[] before = new String[1];
                    maps.get(key.map()).compute(key.key(), (k, value) -> {
                        before[0] = value;
                        return removes ? null : value + added;
                    });
                    return before[0];
                },
                () -> {
                    if (removes) {
                        one.model.remove(key);
                    } else {
                        one.model.put(key, one.model.get(key) + added);
                    }
                });
    }

    private void put(Living one, MapModel.Key key, String value) {
        change(one, key, () -> maps.get(key.map()).put(key.key(), value), () -> one.model.put(key, value));
    }

    /** A call that locks a key: refused as the model says, or returning what the model says was there. */
    private void change(Living one, MapModel.Key key, Supplier<@Nullable String> call, Runnable inModel) {
        MapModel.Transaction rival = one.model.rival(key);
        if (rival != null) {
            Living holder = living.stream()
                    .filter(other -> other.model == rival)
                    .findFirst()
                    .orElseThrow();
            boolean suspended = holder.elsewhere == one.elsewhere;
            met.add(suspended ? Met.SUSPENDED_HOLDERS : Met.HOLDERS_IN_ANOTHER_THREAD);
            assertThatThrownBy(() -> in(one, call))
                    .as("%s", key)
                    .isInstanceOf(LockConflictException.class)
                    .hasMessageContaining(suspended ? "suspended" : "still locked");
        } else if (one.model.lock(key)) {
            assertThat(in(one, call)).as("%s", key).isEqualTo(one.model.get(key));
            inModel.run();
        } else {
            met.add(Met.STALE_READS);
            assertThatThrownBy(() -> in(one, call)).as("%s", key).isInstanceOf(StaleReadException.class);
        }
    }

    private void look(Living one, int map) {
        Map<Long, String> expected = one.model.content(map);
        assertThat(in(one, () -> maps.get(map).size())).isEqualTo(expected.size());
        assertThat(in(one, () -> entries(maps.get(map)))).isEqualTo(expected);
    }

    /** What iteration shows; each key once. */
    static Map<Long, String> entries(Iterable<Map.Entry<Long, String>> map) {
        Map<Long, String> entries = new HashMap<>();
        for (Map.Entry<Long, String> entry : map) {
            assertThat(entries.put(entry.getKey(), entry.getValue()))
                    .as("key %d was shown before", entry.getKey())
                    .isNull();
        }
        return entries;
    }

    private void rollBackTo(Living one, int choice) {
        if (!one.savepoints.isEmpty()) {
            int chosen = choice % one.savepoints.size();
            int before = one.transaction.operations();
            one.transaction.rollbackTo(one.savepoints.get(chosen));
            one.savepoints.subList(chosen + 1, one.savepoints.size()).clear();
            one.model.rollBackTo(chosen);
            if (one.transaction.operations() < before) {
                met.add(Met.UNDONE_WRITES);
            }
        }
    }

    private void release(Living one, int choice) {
        if (!one.savepoints.isEmpty()) {
            int chosen = choice % one.savepoints.size();
            one.transaction.release(one.savepoints.get(chosen));
            one.savepoints.subList(chosen, one.savepoints.size()).clear();
            one.model.release(chosen);
        }
    }

    // How they end.

    void end(MapStep.End end) {
        Living one = chosen(end.transaction());
        switch (end.ending()) {
            case COMMIT -> {
                in(one, one.transaction::commit);
                committed(one);
            }
            case COMMIT_ASYNC -> {
                CompletableFuture<CommitReceipt> receipt = in(one, one.transaction::commitAsync);
                log.rest();
                receipt.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
                committed(one);
            }
            case ROLL_BACK -> {
                run(one, one.transaction::rollback);
                rolledBack(one);
            }
            case CLOSE -> {
                if (!one.prepared) {
                    run(one, one.transaction::close);
                    rolledBack(one);
                }
            }
            case PREPARE -> prepare(one);
        }
    }

    private void prepare(Living one) {
        if (!one.prepared) {
            run(one, one.transaction::prepare);
            one.prepared = true;
            model.prepared(one.transaction.id(), one.model);
        }
    }

    private void committed(Living one) {
        if (one.prepared) {
            met.add(Met.PREPARED_COMMITS);
        }
        model.committed(one.transaction.id(), one.model, forces);
        living.remove(one);
    }

    private void rolledBack(Living one) {
        model.rolledBack(one.transaction.id(), one.model);
        living.remove(one);
    }

    /** Commits all, on a storage that may fail meanwhile. */
    void commitAll() {
        for (Living one : List.copyOf(living)) {
            try {
                in(one, one.transaction::commit);
                committed(one);
            } catch (CommitUnknownException e) {
                met.add(Met.UNKNOWN_COMMITS);
                model.unknown(one.transaction.id(), one.model);
            } catch (WalException e) {
                if (!one.prepared) {
                    model.rolledBack(one.transaction.id(), one.model);
                }
            }
        }
    }

    private void run(Living one, Runnable call) {
        this.<@Nullable Void>in(one, () -> {
            call.run();
            return null;
        });
    }

    /** Does something in the thread of a transaction, and with it as the current one. */
    private <T extends @Nullable Object> T in(Living one, Supplier<T> call) {
        current = one.transaction;
        try {
            return one.elsewhere ? elsewhere.submit(call::get).get(PATIENCE_SECONDS, TimeUnit.SECONDS) : call.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new AssertionError(e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError("a call neither returns nor fails", e);
        } finally {
            current = null;
        }
    }

    @Override
    public void close() {
        elsewhere.shutdownNow();
    }
}
